"""A PostgreSQL database in place of a directory: its address, its connections, the lock of a run, small notes.

What lies in it is read by `postgres.py` and written by `postgres_write.py`; the tables stand in `migrations/`.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from indexer.records import BusyError, IndexerError, UnavailableError

if TYPE_CHECKING:
    from psycopg import Connection as _Connection
    from psycopg_pool import ConnectionPool

    from indexer.shard import Shard

    Connection = _Connection[Any]

SCHEMES = ("postgresql://", "postgres://")
CONNECTIONS = 8
"""Questions and state that use the database at the same time; further ones wait, at most WAIT seconds."""
WAIT = 3.0
"""Seconds to wait for a connection: a person is waiting too."""
RETRY = 1.0
"""Seconds that the pool goes on trying by itself; the next question tries again."""
STATEMENT = "60s"
"""What a single statement may take but for those that write an index: what a run reads whole takes longest."""
_NETWORK: Any = {"connect_timeout": 5, "keepalives_idle": 60, "tcp_user_timeout": 10_000}
"""Seconds to connect, seconds until a silent connection is tried, milliseconds until a dead one counts as such."""
_LOCKS = {"run": 0x6D6D_0001, "migrate": 0x6D6D_0002, "shard": 0x6D6D_0003, "publish": 0x6D6D_0004}
_SHARDS = 10_000
"""Above the highest number of a shard: a shard's lock is its layout times this, and its number."""


class Database:
    """Where an index or the bot's state lies, when that is no directory. Threads may share it.

    `work` is a directory on this machine for what a run fetches and does not publish (copies of document libraries).
    Written out it is the address without its password and options.
    """

    def __init__(self, url: str, work: Path) -> None:
        """Only the address is looked at here. Raises IndexerError where it cannot be one."""
        self._url, self.work = url, work
        self._lock = threading.Lock()
        self._pools: list[ConnectionPool[Connection]] = []
        self._writer: Connection | None = None
        try:
            parts = urlsplit(url)
            user = f"{parts.username}@" if parts.username else ""
            self._shown = f"{parts.scheme}://{user}{parts.netloc.rpartition('@')[2]}{parts.path}"
        except ValueError as error:
            raise IndexerError("Adressen till databasen förstås inte. Skriv postgresql://VÄRD/DATABAS") from error

    def __str__(self) -> str:
        return self._shown

    def __repr__(self) -> str:
        return repr(self._shown)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Database) and other._url == self._url

    def __hash__(self) -> int:
        return hash(self._url)

    def __truediv__(self, name: str) -> "Entry":
        return Entry(self, name)

    # Reading and writing

    @contextmanager
    def snapshot(self) -> "Iterator[Connection]":
        """A read-only transaction that sees one state of the database throughout; a standby will do.

        Raises UnavailableError where the server cannot be reached or ends it.
        """
        with self._connection(read_only=True) as connection, connection.transaction():
            yield connection

    @contextmanager
    def transaction(self) -> "Iterator[Connection]":
        """A transaction that may write. Raises UnavailableError as `snapshot` does."""
        with self._connection(read_only=False) as connection, connection.transaction():
            yield connection

    def close(self) -> None:
        """Closes the connections."""
        with self._lock:
            pools, self._pools = self._pools, []
        for pool in pools:
            pool.close()

    @contextmanager
    def run_lock(self, shard: "Shard | None" = None) -> Iterator[None]:
        """Holds the database, or a shard's part of it, for one writing run, whose connection `writer` then is; brings
        the tables up to date.

        The server lets go of it when the connection ends. Raises BusyError at once where another run holds it.
        """
        import psycopg

        with _reachable(self), self._connect() as connection:
            connection.autocommit = True
            migrate(connection)
            if not _taken(connection, shard):
                raise BusyError(f"En annan körning skriver till {str(self)!r}. Vänta tills den är klar.")
            self._writer = connection
            try:
                yield
            finally:
                self._writer = None
                with suppress(psycopg.Error):  # else it is held until the server notices that the connection is closed
                    connection.execute("SELECT pg_advisory_unlock_all()")

    @property
    def writer(self) -> "Connection":
        """The connection that holds the lock. Raises IndexerError outside `run_lock`."""
        if self._writer is None:
            raise IndexerError(f"{str(self)!r} är inte låst för en körning.")
        return self._writer

    def prepare(self) -> None:
        """Makes the tables where they are not there. Raises UnavailableError, or IndexerError where that is refused."""
        with self._connection(read_only=False) as connection:
            migrate(connection)

    # Connections

    @contextmanager
    def _connection(self, *, read_only: bool) -> "Iterator[Connection]":
        from psycopg import IsolationLevel

        with _reachable(self), self._pool.connection() as connection:
            connection.isolation_level = IsolationLevel.REPEATABLE_READ if read_only else IsolationLevel.READ_COMMITTED
            connection.read_only = read_only or None  # not False: a standby says of the write that it takes none
            yield connection

    @property
    def _pool(self) -> "ConnectionPool[Connection]":
        with self._lock:
            if not self._pools:
                self._pools.append(self._open_pool())
            return self._pools[0]

    def _open_pool(self) -> "ConnectionPool[Connection]":
        from psycopg_pool import ConnectionPool

        return ConnectionPool(
            self._url,
            min_size=0,
            max_size=CONNECTIONS,
            timeout=WAIT,
            reconnect_timeout=RETRY,
            max_idle=60,
            configure=_set_up,
            check=ConnectionPool.check_connection,
            kwargs={"autocommit": True, "application_name": "motesminnet", **_NETWORK},
            open=True,
        )

    def _connect(self) -> "Connection":
        import psycopg

        return psycopg.connect(self._url, application_name="motesminnet index", **_NETWORK)


Place = Path | Database
"""Where an index, or the bot's state, lies."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What would be a file of this name, were the database a directory: a note, or tables of their own."""

    database: Database
    name: str

    def exists(self) -> bool:
        """Whether there may be something: tables are there before anything is in them."""
        return True

    def read_bytes(self) -> bytes:
        """The note. Raises FileNotFoundError where there is none, UnavailableError."""
        import psycopg

        try:
            with self.database.snapshot() as connection:
                found = connection.execute("SELECT data FROM motesminnet.notes WHERE name = %s", [self.name]).fetchone()
        except psycopg.errors.UndefinedTable:
            found = None
        if found is None:
            raise FileNotFoundError(str(self))
        return bytes(found[0])

    def write_bytes(self, data: bytes, *, anew: bool = True) -> None:
        """Keeps the note, in place of an earlier one, or (not `anew`) where there is none. Raises UnavailableError."""
        change = "UPDATE SET data = excluded.data" if anew else "NOTHING"
        sql = f"INSERT INTO motesminnet.notes VALUES (%s, %s) ON CONFLICT (name) DO {change}"
        with self.database.transaction() as connection:
            connection.execute(sql, [self.name, data])

    def __str__(self) -> str:
        return f"{self.database} ({self.name})"


def read_place(text: str, work: Path) -> Place:
    """The directory or database that a setting names; `work` as in `Database`. Raises IndexerError as that does."""
    return Database(text, work) if text.startswith(SCHEMES) else Path(text)


def work_folder(place: Place, shard: "Shard | None" = None) -> Path:
    """The directory for what a run keeps on its machine; each shard has its own."""
    folder = place.work if isinstance(place, Database) else place
    return folder if shard is None else folder / f"shard-{shard.number}-of-{shard.of}"


def migrate(connection: "Connection") -> None:
    """Brings the tables up to this version's, in one transaction. Raises IndexerError where the role may not."""
    import psycopg

    steps = _steps()
    try:
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCKS["migrate"]])
            version = schema_version(connection)
            for number, sql in enumerate(steps[version:], start=version + 1):
                connection.execute(sql)
                connection.execute("INSERT INTO motesminnet.migrations (version) VALUES (%s)", [number])
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.FeatureNotSupported) as error:
        raise IndexerError(
            f"Tabellerna går inte att skapa ({error.diag.message_primary}). Låt databasens ägare köra filerna i"
            " indexer/migrations, se deploy/POSTGRES.md"
        ) from error
    if version > len(steps):
        raise IndexerError(f"Databasen har tabeller av version {version}, det här programmet kan {len(steps)}.")


def wait_to_publish(connection: "Connection") -> None:
    """Waits until no other shard is writing its rows, and lets none begin before this transaction ends."""
    connection.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCKS["publish"]])


def _taken(connection: "Connection", shard: "Shard | None") -> bool:
    """Whether the lock of a whole run, or of a shard's, could be had at once: a whole run keeps all shards out, and a
    shard keeps out whole runs, itself, and shards of another layout, which its part would overlap.
    """
    if shard is None:
        return _answer(connection, "SELECT pg_try_advisory_lock(%s)", _LOCKS["run"])
    layout = shard.of * _SHARDS
    others = (
        "SELECT NOT EXISTS (SELECT FROM pg_locks JOIN pg_database d ON d.oid = database WHERE locktype = 'advisory'"
        f" AND datname = current_database() AND classid = %s AND objid::bigint / {_SHARDS} <> %s AND granted)"
    )
    return (
        _answer(connection, "SELECT pg_try_advisory_lock_shared(%s)", _LOCKS["run"])
        and _answer(connection, "SELECT pg_try_advisory_lock(%s, %s)", _LOCKS["shard"], layout + shard.number)
        and _answer(connection, others, _LOCKS["shard"], shard.of)
    )


def _answer(connection: "Connection", sql: str, *values: int) -> bool:
    found = connection.execute(sql, values).fetchone()
    return found is not None and bool(found[0])


def schema_version(connection: "Connection") -> int:
    """The version of the tables, 0 where there are none."""
    found = connection.execute("SELECT to_regclass('motesminnet.migrations') IS NOT NULL").fetchone()
    if found is None or not found[0]:
        return 0
    version = connection.execute("SELECT coalesce(max(version), 0) FROM motesminnet.migrations").fetchone()
    return int(version[0]) if version is not None else 0


def _steps() -> list[str]:
    folder = files("indexer") / "migrations"
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".sql"))
    return [(folder / name).read_text(encoding="utf-8") for name in names]


def _set_up(connection: "Connection") -> None:
    connection.execute(f"SET statement_timeout = '{STATEMENT}'")


@contextmanager
def _reachable(database: Database) -> Iterator[None]:
    """Turns what the server or the network does to a connection into UnavailableError; other faults go on as they are.

    psycopg's messages are left out: they may quote the address or a row.
    """
    try:
        import psycopg
        import psycopg_pool  # noqa: F401 - told here where it is not installed
    except ImportError as error:
        raise IndexerError(
            "PostgreSQL behöver psycopg och pgvector. Installera dem: pip install 'motesminnet[postgres]'"
        ) from error
    try:
        yield
    except (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise UnavailableError(
            f"Databasen {str(database)!r} går inte att nå ({type(error).__name__}). Försök igen om en stund, och"
            " kontrollera att servern är igång."
        ) from error
