"""Takes in archives that customers upload, and keeps what is in them."""

import ast
import os
import pickle
import subprocess
import tarfile
import threading
from pathlib import Path

STORE = Path("/var/lib/tools/store")
COMPRESSORS = {"gz": "gzip", "xz": "xz"}


def unpack(upload: Path, target: Path) -> None:
    with tarfile.open(upload) as archive:
        for member in archive.getmembers():
            archive.extract(member, target, filter="fully_trusted")


def unpack_plain(upload: Path, target: Path) -> None:
    with tarfile.open(upload) as archive:
        archive.extractall(target, filter="data")


def compress(path: Path, kind: str) -> None:
    program = COMPRESSORS[kind]
    subprocess.run([program, "--", str(path)], check=True)


def convert(name: str, size: str) -> None:
    subprocess.run(f"convert {STORE}/{name} -resize {size} {STORE}/{name}.png", shell=True, check=True)


def load_settings(text: str) -> dict:
    return ast.literal_eval(text)


def load_session(body: bytes) -> dict:
    return pickle.loads(body)


class Counter:
    """Counts uploads of all worker threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}

    def add(self, customer: str) -> None:
        with self._lock:
            self._counts[customer] = self._counts.get(customer, 0) + 1

    def of(self, customer: str) -> int:
        with self._lock:
            return self._counts.get(customer, 0)


def remember(customer: str, note: str, notes: list[str] = []) -> list[str]:
    notes.append(f"{customer}: {note}")
    return notes


def free_space(path: Path) -> int:
    try:
        status = os.statvfs(path)
    except FileNotFoundError:
        return 0
    return status.f_bavail * status.f_frsize


def keep(path: Path, data: bytes) -> bool:
    try:
        (STORE / path.name).write_bytes(data)
    except Exception:
        pass
    return True
