"""A library of any size, made by the database itself: 100,000 photos take seconds.

Photo `i` is a minute younger than photo `i - 1`; what it carries follows from `i` alone, in both databases.
"""

# ruff: noqa: S608 - the SQL is made of this file's own words

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, Engine, text

from photos.kernel.database import WRITE

START = datetime(2024, 1, 1, tzinfo=UTC)
APART = timedelta(minutes=1)
OWNERS = 100
VERSION = "20260101T000000Z-0000abcd"
# label -> photos that show it, in a thousand; `lighthouse` further down is on one photo in 20,000.
LABELS = {
    "people": 320, "sky": 300, "structures": 280, "plant_life": 250, "water": 200, "indoor": 180,
    "clouds": 170, "tree": 150, "night": 100, "sunset": 80, "flower": 70, "sea": 60, "lake": 50,
    "car": 30, "dog": 20, "bird": 10, "baby": 5,
}  # fmt: skip
RARE, RARE_EVERY = "lighthouse", 20_000
WORDS = {"holiday": 120, "summer": 60, "family": 40, "canal": 10}
VOCABULARY = 3_000
BATCH = 100_000

_COLUMNS = """id, owner_id, sha256, media_type, bytes, file_name, title, description, visibility, status,
 width, height, created_at, like_count, comment_count, search_text, thumbhash, renditions, model_version,
 attempts"""


def make_library(engine: Engine, photos: int, first: int = 1) -> None:
    """Add photos `first` to `first + photos - 1`, with their owners (u1 to u100), tags and words."""
    with engine.execution_options(**{WRITE: True}).begin() as connection:
        made = _Maker(connection)
        if first == 1:
            made.owners()
        for start in range(first, first + photos, BATCH):
            made.photos(start, min(start + BATCH, first + photos) - 1)
    if first == 1 and engine.dialect.name == "postgresql":
        # As autovacuum does within a minute.
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("VACUUM ANALYZE")


def owner_id(number: int) -> str:
    """Return the id of the owner `u<number>`."""
    return f"01900000-0000-7000-8000-{number:012x}"


class _Maker:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sqlite = connection.dialect.name == "sqlite"

    def owners(self) -> None:
        self._run(
            f"""INSERT INTO users (id, username, username_key, email, email_key, display_name, bio,
                password_hash, role, created_at)
            SELECT {self._owner("i")}, 'u' || i, 'u' || i, 'u' || i || '@example.org',
                'u' || i || '@example.org', 'Person ' || i, '', 'x', 'user', {self._time("i")}
            FROM numbers""",
            1,
            OWNERS,
        )

    def photos(self, first: int, last: int) -> None:
        title = f"'Photo ' || i || ' word' || ({_noise(2)} % {VOCABULARY})" + "".join(
            f" || CASE WHEN {_noise(number)} % 1000 < {share} THEN ' {word}' ELSE '' END"
            for number, (word, share) in enumerate(WORDS.items(), 50)
        )
        self._run(
            f"""INSERT INTO photos ({_COLUMNS})
            SELECT {self._id("i")}, {self._owner(f"CASE WHEN i % 10 = 0 THEN 1 ELSE 1 + i % {OWNERS} END")},
                {self._hex("i", 64)}, 'image/jpeg', 2000000, 'photo.jpg', {title}, '',
                CASE WHEN i % 20 = 7 THEN 'private' WHEN i % 50 = 8 THEN 'unlisted' ELSE 'public' END,
                CASE WHEN i % 100 = 9 THEN 'pending' ELSE 'tagged' END, 4000, 3000, {self._time("i")},
                {_noise(3)} % 40, 0, ' ' || lower({title}) || ' ', '1QcSHQRnh493V4dIh4eXh1h4kJUI', '{{}}',
                '{VERSION}', 0
            FROM numbers""",
            first,
            last,
        )
        for number, (label, share) in enumerate(LABELS.items(), 10):
            self._tags(first, last, label, f"{_noise(number)} % 1000", share)
        self._tags(first, last, RARE, f"i % {RARE_EVERY}", 1)
        self._words(first, last, "'photo'", "1 = 1")
        self._words(first, last, "cast(i AS text)", "1 = 1")
        self._words(first, last, f"'word' || ({_noise(2)} % {VOCABULARY})", "1 = 1")
        for number, (word, share) in enumerate(WORDS.items(), 50):
            self._words(first, last, f"'{word}'", f"{_noise(number)} % 1000 < {share}")

    def _tags(self, first: int, last: int, label: str, noise: str, share: int) -> None:
        # As many again stay below the label's threshold, and are kept though not shown.
        self._run(
            f"""INSERT INTO photo_tags (photo_id, label, score, source, state, model_version, over_threshold,
                sensitive)
            SELECT {self._id("i")}, '{label}', 1 - ({noise}) / 2.0 / {share * 2}.0, 'model', 'suggested',
                '{VERSION}', {noise} < {share}, '{label}' = 'baby'
            FROM numbers WHERE {noise} < {share * 2}""",
            first,
            last,
        )

    def _words(self, first: int, last: int, word: str, condition: str) -> None:
        self._run(
            f"""INSERT INTO photo_words (word, photo_id)
            SELECT {word}, {self._id("i")} FROM numbers WHERE {condition}""",
            first,
            last,
        )

    def _run(self, statement: str, first: int, last: int) -> None:
        insert, select = statement.split("SELECT", 1)
        numbers = (
            "WITH RECURSIVE numbers(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM numbers WHERE i < :last)"
            if self._sqlite
            else "WITH numbers AS"
            " (SELECT generate_series(cast(:first AS bigint), cast(:last AS bigint)) AS i)"
        )
        self._connection.execute(text(f"{insert} {numbers} SELECT{select}"), {"first": first, "last": last})

    def _id(self, number: str) -> str:
        milliseconds = f"({int(START.timestamp() * 1000)} + {number} * {int(APART.total_seconds() * 1000)})"
        return self._uuid(f"{self._hex(milliseconds, 12)} || '7000' || '8' || {self._hex(number, 15)}")

    def _owner(self, number: str) -> str:
        return self._uuid(f"'019000000000' || '7000' || '8' || {self._hex(number, 15)}")

    def _uuid(self, hexadecimal: str) -> str:
        return f"({hexadecimal})" if self._sqlite else f"cast({hexadecimal} AS uuid)"

    def _hex(self, number: str, digits: int) -> str:
        if self._sqlite:
            return f"printf('%0{digits}x', {number})"
        return f"lpad(to_hex(cast({number} AS bigint)), {digits}, '0')"

    def _time(self, number: str) -> str:
        seconds = f"({int(START.timestamp())} + {number} * {int(APART.total_seconds())})"
        if self._sqlite:
            return f"strftime('%Y-%m-%d %H:%M:%S.000000', {seconds}, 'unixepoch')"
        return f"to_timestamp({seconds})"


def _noise(number: int) -> str:
    """Something between 0 and a million that looks random and differs from number to number."""
    return f"((i * {7919 + 2 * 104_729 * number}) % 1000003 * {611_953 + 2 * number} % 1000003)"
