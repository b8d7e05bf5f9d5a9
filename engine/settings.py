"""Settings of the installation: `config.toml`, each overridable by an environment variable.

Nothing here decides about points; see `rules/organization.toml` for that.
"""

import os
import re
import secrets
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta

SECRET_BYTES = 32
LEAST_CACHED_STATES = 1_000
MOST_LOG_ENTRIES = 2**53 - 1
"""Above it the store's scripts can't count."""


TABLE_URL: Final = re.compile(r"https://[^\s/@]+(/[^\s@]*)?|http://127\.0\.0\.1(:[0-9]+)?(/[^\s@]*)?")
"""What is not encrypted stays on this machine."""

TIME_OF_DAY: Final = re.compile("([01][0-9]|2[0-3]):[0-5][0-9]")


class SettingsError(Exception):
    """A setting that can't be used: where it stands, what was found, what to write."""

    def __init__(self, where: str, found: str, cure: str) -> None:
        self.where, self.found, self.cure = where, found, cure
        super().__init__(f"{where}: {found}. {cure}")


class StoreSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    url: str = "embedded"
    durability: Literal["always", "everysec"] = "always"
    log_entries: Annotated[int, Meta(ge=1, le=MOST_LOG_ENTRIES)] = 100_000_000


class DataSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dir: str = "data"


class RulesSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    dir: str = "rules"


class HttpSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = "127.0.0.1"
    port: Annotated[int, Meta(ge=0, le=65_535)] = 8710
    shutdown_seconds: Annotated[int, Meta(ge=1, le=300)] = 10


class EngineSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    batch_entries: Annotated[int, Meta(ge=1, le=100)] = 100
    commit_milliseconds: Annotated[int, Meta(ge=1, le=1_000)] = 4
    cached_states: Annotated[int, Meta(ge=LEAST_CACHED_STATES)] = 200_000
    tick_seconds: Annotated[int, Meta(ge=1, le=3_600)] = 20


class OutboxSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    allow: tuple[str, ...] = ()


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    host: str = ""
    port: Annotated[int, Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    sender: str = ""
    link: str = ""
    stop: str = ""


class CommandSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    organization: str = "main"


class WebhookSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    keep_unreadable_days: Annotated[int, Meta(ge=1, le=90)] = 14
    keep_bodies_hours: Annotated[int, Meta(ge=0, le=720)] = 0


class DirectorySettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    file: str = ""
    url: str = ""
    at: str = "02:30"
    most_missing_percent: Annotated[int, Meta(ge=0, le=100)] = 20
    missing: Literal["stay", "have gone"] = "stay"

    @property
    def at_minutes(self) -> int:
        """From which minute of the day the table is read."""
        return int(self.at[:2]) * 60 + int(self.at[3:])


LogForm = Literal["auto", "terminal", "json"]


class LogSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    form: LogForm = "auto"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that `config.toml` may say, with the values that hold when it says nothing."""

    store: StoreSettings = StoreSettings()
    data: DataSettings = DataSettings()
    rules: RulesSettings = RulesSettings()
    http: HttpSettings = HttpSettings()
    engine: EngineSettings = EngineSettings()
    outbox: OutboxSettings = OutboxSettings()
    mail: MailSettings = MailSettings()
    commands: CommandSettings = CommandSettings()
    webhooks: WebhookSettings = WebhookSettings()
    directory: DirectorySettings = DirectorySettings()
    logs: LogSettings = LogSettings()

    @property
    def data_dir(self) -> Path:
        """Where the embedded server and the secret live."""
        return Path(self.data.dir).resolve()

    @property
    def measures_dir(self) -> Path:
        """Where the workers keep what they count."""
        return self.data_dir / "measures"

    @property
    def rules_dir(self) -> Path:
        """Where HR's files lie."""
        return Path(self.rules.dir).resolve()


LOG_FORM = "SULKA_LOG_FORM"

VARIABLES: Mapping[str, tuple[str, str]] = {
    "SULKA_STORE_URL": ("store", "url"),
    "SULKA_STORE_DURABILITY": ("store", "durability"),
    "SULKA_LOG_ENTRIES": ("store", "log_entries"),
    "SULKA_DATA_DIR": ("data", "dir"),
    "SULKA_RULES_DIR": ("rules", "dir"),
    "SULKA_HOST": ("http", "host"),
    "SULKA_PORT": ("http", "port"),
    "SULKA_SHUTDOWN_SECONDS": ("http", "shutdown_seconds"),
    "SULKA_BATCH_ENTRIES": ("engine", "batch_entries"),
    "SULKA_COMMIT_MILLISECONDS": ("engine", "commit_milliseconds"),
    "SULKA_CACHED_STATES": ("engine", "cached_states"),
    "SULKA_TICK_SECONDS": ("engine", "tick_seconds"),
    "SULKA_OUTBOX_ALLOW": ("outbox", "allow"),
    "SULKA_MAIL_HOST": ("mail", "host"),
    "SULKA_MAIL_PORT": ("mail", "port"),
    "SULKA_MAIL_SECURITY": ("mail", "security"),
    "SULKA_MAIL_USER": ("mail", "user"),
    "SULKA_MAIL_SENDER": ("mail", "sender"),
    "SULKA_MAIL_LINK": ("mail", "link"),
    "SULKA_MAIL_STOP": ("mail", "stop"),
    "SULKA_ORGANIZATION": ("commands", "organization"),
    "SULKA_KEEP_UNREADABLE_DAYS": ("webhooks", "keep_unreadable_days"),
    "SULKA_KEEP_BODIES_HOURS": ("webhooks", "keep_bodies_hours"),
    "SULKA_DIRECTORY_FILE": ("directory", "file"),
    "SULKA_DIRECTORY_URL": ("directory", "url"),
    "SULKA_DIRECTORY_AT": ("directory", "at"),
    "SULKA_DIRECTORY_MOST_MISSING_PERCENT": ("directory", "most_missing_percent"),
    "SULKA_DIRECTORY_MISSING": ("directory", "missing"),
    LOG_FORM: ("logs", "form"),
}


def read_settings(path: Path, environment: Mapping[str, str]) -> Settings:
    """The settings of this file (all defaults where there is none) with the environment's on top.

    Raises:
        SettingsError: A key is unknown or a value can't be used; nothing was started.
    """
    table = _table(path)
    for variable, (section, key) in VARIABLES.items():
        said = environment.get(variable)
        if said is None:
            continue
        part = table.setdefault(section, {})
        if isinstance(part, dict):
            part[key] = _typed(variable, section, key, said)
    try:
        settings = msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        message, _, place = str(error).partition(" - at ")
        where = place.strip("`$.") or "top level"
        cure = f"Look at {where} in {path}; docs/operating.md lists every setting."
        raise SettingsError(f"{path}", f"{where}: {message[0].lower()}{message[1:]}", cure) from None
    if settings.mail.host and not ("@" in settings.mail.sender and settings.mail.stop):
        cure = "Say in sender from whom mails come, in stop where their readers turn who want no more of them."
        raise SettingsError(f"{path}", "mail.host is set, but not mail.sender or mail.stop", cure)
    _check_directory(path, settings.directory)
    return settings


def _check_directory(path: Path, said: DirectorySettings) -> None:
    """Refuse what says neither when nor from where the table of people is read."""
    if said.file and said.url:
        raise SettingsError(
            f"{path}", "directory.file and directory.url are set", "The table is read from one of them."
        )
    if said.url and not TABLE_URL.fullmatch(said.url):
        cure = "Write an address that begins with https:// and holds no name or password before an @."
        raise SettingsError(f"{path}", f'directory.url is "{said.url[:100]}"', cure)
    if not TIME_OF_DAY.fullmatch(said.at):
        raise SettingsError(f"{path}", f'directory.at is "{said.at[:20]}"', "Write a time of the day, such as 02:30.")


def _table(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(str(path), f"this is not TOML: {error}", "Mend the line that is named.") from None


def _typed(variable: str, section: str, key: str, said: str) -> str | int | list[str]:
    default = getattr(getattr(Settings(), section), key)
    if isinstance(default, tuple):
        return said.replace(",", " ").split()
    if not isinstance(default, int):
        return said
    try:
        return int(said)
    except ValueError:
        raise SettingsError(variable, f'"{said}" is no whole number', f"Write one, such as {default}.") from None


def read_secret(data_dir: Path, environment: Mapping[str, str]) -> bytes:
    """The installation's secret: from SULKA_SECRET, else from a private file that is made at the first start.

    Raises:
        SettingsError: The secret is too short to protect anything.
    """
    said = environment.get("SULKA_SECRET")
    if said is not None:
        if len(said.encode()) < SECRET_BYTES:
            raise SettingsError("SULKA_SECRET", "too short", f"Give at least {SECRET_BYTES} random bytes.")
        return said.encode()
    data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = data_dir / "secret"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as file:
        file.write(secrets.token_hex(SECRET_BYTES).encode())
        file.flush()
        os.fsync(file.fileno())
    return path.read_bytes()


def read_metrics_token(environment: Mapping[str, str]) -> str | None:
    """The token with which metrics may be read from another machine, from SULKA_METRICS_TOKEN; None where none is set.

    Raises:
        SettingsError: It is too short to protect anything.
    """
    said = environment.get("SULKA_METRICS_TOKEN")
    if said is not None and len(said) < SECRET_BYTES:
        raise SettingsError("SULKA_METRICS_TOKEN", "too short", f"Give at least {SECRET_BYTES} random characters.")
    return said


def read_mail_password(environment: Mapping[str, str]) -> str | None:
    """The password for the mail server, from SULKA_MAIL_PASSWORD; None where it asks for none."""
    return environment.get("SULKA_MAIL_PASSWORD")
