from __future__ import annotations

import pytest
from contract.kinds import Subject, served, subject_of


@pytest.fixture(params=served(), ids="".join)
def subject(request: pytest.FixtureRequest) -> Subject:
    """Every kind that talks to a server, one after the other."""
    return subject_of(*request.param)
