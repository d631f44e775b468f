"""Texts of a long history: words as frequent as in speech, with code, identifiers and scripts without spaces."""

from __future__ import annotations

import itertools
import random

COMMON = tuple(
    "the of and to in a is that it for with as on you this be are or not can use if from an by code will your how"  # noqa: SIM905
    " error file python function list data value test server model table café über number string class".split()
)
_HAN = (
    "的一是不了人我在有他这为之大来以个中上们到说国和地也子时道出而要于就下得可你年生自会那后能对着事其里"
    "所去行过家十用发天如然作方成者多日都三小军二无同么经法当起与好看学进种将还分此心前面又定见只主没公从"
)
_KANA = (
    "あいうえおかきくけこさしすせそたちつてとなにぬねのはひふへほまみむめもやゆよらりるれろわをん"
    "アイウエオカキクケコサシスセソタチツテト"
)
_HANGUL = "가나다라마바사아자차카타파하고노도로모보소오조호구누두루무부수우주은는이을를에서하지만습니다"
_CODE = "```python\ndef {0}({1}, limit=10):\n    for {2} in {1}:\n        print({2}.{3}(limit))\n    return {1}\n```"


class Writer:
    """Sentences whose words are as frequent as in speech: the second half as frequent as the first (Zipf)."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        words = _vocabulary(chance, 60_000)
        self._sentences = self._pool(words, 30_000, " ", ". ")
        self._cjk = [
            sentence
            for alphabet in (_HAN, _HAN, _KANA, _HANGUL)
            for sentence in self._pool(_vocabulary_of(chance, alphabet, 3000), 1000, "", "。")
        ]
        self._codes = [_CODE.format(*chance.choices(words, k=4)) for _ in range(2000)]
        self._rare = [f"{word}_{number}" for number, word in enumerate(chance.choices(words, k=200_000))]

    def title(self, cjk: bool) -> str:
        if cjk:
            return self._chance.choice(self._cjk)[:12]
        return " ".join(self._chance.choice(self._sentences).split()[:6])

    def text(self, sentences: int, cjk: bool) -> str:
        chance = self._chance
        pieces = chance.choices(self._cjk if cjk else self._sentences, k=sentences)
        kind = chance.random()
        if kind < 0.2:
            pieces.append(chance.choice(self._rare))
        elif kind < 0.3:
            pieces.append("\n\n" + chance.choice(self._codes))
        return "".join(pieces)

    def _pool(self, words: list[str], count: int, between: str, end: str) -> list[str]:
        weights = list(itertools.accumulate(1 / rank for rank in range(1, len(words) + 1)))
        return [
            between.join(self._chance.choices(words, cum_weights=weights, k=self._chance.randint(5, 19))) + end
            for _ in range(count)
        ]


def _vocabulary(chance: random.Random, count: int) -> list[str]:
    """Invented words, the frequent ones short."""
    syllables = ["".join(letters) for letters in itertools.product("bcdfghklmnprstvw", "aeiou", ("", "n", "r", "s"))]
    words = dict.fromkeys(COMMON)
    while len(words) < count:
        words["".join(chance.choices(syllables, k=1 + len(words).bit_length() // 6))] = None
        if len(words) % 97 == 0:
            words["é".join(chance.choices(syllables, k=2))] = None
    return list(words)


def _vocabulary_of(chance: random.Random, alphabet: str, count: int) -> list[str]:
    return ["".join(chance.choices(alphabet, k=chance.choice((1, 2, 2, 2, 3)))) for _ in range(count)]
