"""What stops the studio before it starts, each in one sentence."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from studio import settings as studio_settings
from studio.errors import RequestRefused
from studio.server import main


def test_a_taken_port_is_said_before_anything_slow_happens(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        wanted = studio_settings.load(db=tmp_path / "studio.db", port=port)
        with pytest.raises(RequestRefused, match=f"port {port}: the port is taken"):
            main.serve(wanted)
    assert not (tmp_path / "studio.db").exists()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7"])
def test_other_machines_need_a_password(tmp_path: Path, host: str) -> None:
    wanted = studio_settings.load(db=tmp_path / "studio.db", host=host, port=0)
    with pytest.raises(RequestRefused, match="--password-file"):
        main.serve(wanted)


def test_a_missing_password_file_stops_the_start(tmp_path: Path) -> None:
    wanted = studio_settings.load(db=tmp_path / "studio.db", password_file=tmp_path / "none")
    with pytest.raises(FileNotFoundError):
        main.serve(wanted)


def test_an_address_of_another_machine_is_refused(tmp_path: Path) -> None:
    password = tmp_path / "password"
    password.write_text("long enough\n")
    wanted = studio_settings.load(
        db=tmp_path / "studio.db", host="192.0.2.7", port=0, password_file=password
    )
    with pytest.raises(RequestRefused, match="no address of this machine"):
        main.serve(wanted)
