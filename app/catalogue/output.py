"""Rows of the group “Input, output and credentials”: what it reads, where its lines go, which secrets and variables it gets."""

from app.catalogue.directive import Directive
from app.values import (
    Boolean,
    Choice,
    Credential,
    CredentialGlob,
    CredentialText,
    EncryptedCredential,
    FilePath,
    Input,
    InputData,
    InputText,
    LogFields,
    LogNamespace,
    LogPattern,
    Output,
    SyslogLevel,
    Text,
    TimeSpan,
    UnsetVariables,
    UnsignedInt,
    Variables,
)

_GROUP = "output"
_EXEC = "systemd.exec(5)"
_BOOLEAN = Boolean()

# src/basic/syslog-util.c; the numbers are those of syslog(3).
_FACILITIES = SyslogLevel(
    dict.fromkeys(
        (
            "kern user mail daemon auth syslog lpr news uucp cron authpriv ftp "
            "local0 local1 local2 local3 local4 local5 local6 local7 "
        ).split(),
        1,
    ),
    range(128),
)
_LEVELS = SyslogLevel(dict.fromkeys("emerg alert crit err warning notice info debug".split(), 1), range(8))

ROWS: tuple[Directive, ...] = (
    Directive("Service", "StandardInput", Input(), 1, _GROUP, _EXEC, "Where its input comes from: nothing, a terminal, a file, a socket, or StandardInputText= and StandardInputData= (data).", default="null", example="file:/etc/myapp/input"),
    Directive("Service", "StandardInputText", InputText(), 236, _GROUP, _EXEC, "A line of text for its input, with StandardInput=data; each adds a line.", repeats=True, example="hello"),
    Directive("Service", "StandardInputData", InputData(), 236, _GROUP, _EXEC, "Data in Base64 for its input, with StandardInput=data; each is added behind the others.", repeats=True, example="aGVsbG8K", anchor="StandardInputText="),
    Directive("Service", "StandardError", Output(), 1, _GROUP, _EXEC, "Where its error messages go; inherit is where its output goes.", default="inherit", example="journal"),
    Directive("Service", "TTYPath", FilePath(optional=False), 1, _GROUP, _EXEC, "The terminal to use where input or output is a terminal.", default="/dev/console", example="/dev/tty1"),
    Directive("Service", "TTYReset", _BOOLEAN, 27, _GROUP, _EXEC, "Resets the terminal before it starts and after it ends.", default="no"),
    Directive("Service", "TTYVHangup", _BOOLEAN, 27, _GROUP, _EXEC, "Takes the terminal away from everything else before it starts and after it ends.", default="no"),
    Directive("Service", "TTYColumns", UnsignedInt(), 250, _GROUP, _EXEC, "How many columns the terminal has.", example="80"),
    Directive("Service", "TTYRows", UnsignedInt(), 250, _GROUP, _EXEC, "How many rows the terminal has.", example="24", anchor="TTYColumns="),
    Directive("Service", "TTYVTDisallocate", _BOOLEAN, 27, _GROUP, _EXEC, "Clears a virtual terminal before it starts and after it ends, so that nobody scrolls back.", default="no"),
    Directive("Service", "SyslogFacility", _FACILITIES, 1, _GROUP, _EXEC, "The part of the system that its lines are filed under.", default="daemon", example="local0"),
    Directive("Service", "SyslogLevel", _LEVELS, 1, _GROUP, _EXEC, "How serious its lines are where they do not say so themselves.", default="info", example="notice"),
    Directive("Service", "SyslogLevelPrefix", _BOOLEAN, 1, _GROUP, _EXEC, "Whether a line that begins with <3> or the like says how serious it is.", default="yes"),
    Directive("Service", "LogLevelMax", _LEVELS, 236, _GROUP, _EXEC, "Lines that are less serious than this are dropped.", default="not limited", example="info"),
    Directive("Service", "LogExtraFields", LogFields(), 236, _GROUP, _EXEC, "Fields that each of its lines carries in the journal, as FIELD=value.", repeats=True, example="TEAM=web"),
    Directive("Service", "LogRateLimitIntervalSec", TimeSpan(), 240, _GROUP, _EXEC, "The time within which its lines are counted, so that it cannot flood the journal; 0 is no limit.", default="30s", example="10s"),
    Directive("Service", "LogRateLimitBurst", UnsignedInt(), 240, _GROUP, _EXEC, "How many lines it may write within that time before the rest is dropped; 0 is no limit.", default="10000", example="1000", anchor="LogRateLimitIntervalSec="),
    Directive("Service", "LogFilterPatterns", LogPattern(), 253, _GROUP, _EXEC, "Only lines that match this regular expression are kept; with ~ before it they are dropped.", repeats=True, example="~^DEBUG"),
    Directive("Service", "LogNamespace", LogNamespace(), 245, _GROUP, _EXEC, "Keeps its lines in a journal of that name, apart from those of the system.", example="myapp"),
    Directive("Service", "PassEnvironment", Variables(), 228, _GROUP, _EXEC, "Variables of the system manager that the service gets too.", repeats=True, example="LANG"),
    Directive("Service", "UnsetEnvironment", UnsetVariables(), 235, _GROUP, _EXEC, "Variables taken away again, whoever set them.", repeats=True, example="LANG"),
    Directive("Service", "LoadCredentialEncrypted", Credential(), 250, _GROUP, _EXEC, "A secret as NAME:PATH that systemd-creds encrypted; it is decrypted for this service alone.", repeats=True, example="token:/etc/myapp/token.cred", anchor="LoadCredential=ID:PATH"),
    Directive("Service", "ImportCredential", CredentialGlob(), 254, _GROUP, _EXEC, "Secrets that the system was given, by name or by how their names begin.", repeats=True, example="myapp.*", anchor="ImportCredential=GLOB"),
    Directive("Service", "SetCredential", CredentialText(), 247, _GROUP, _EXEC, "A value as NAME:VALUE; everybody can read it in the unit, so it suits defaults and no secrets.", repeats=True, example="greeting:hello", anchor="SetCredential=ID:VALUE"),
    Directive("Service", "SetCredentialEncrypted", EncryptedCredential(), 250, _GROUP, _EXEC, "A secret as NAME:BASE64 in the unit itself, as systemd-creds encrypt -p prints it.", repeats=True, example="token:c2VjcmV0", anchor="SetCredential=ID:VALUE"),
    Directive("Service", "UtmpIdentifier", Text(), 12, _GROUP, _EXEC, "Four letters under which its terminal is listed among the logins.", example="cons"),
    Directive("Service", "UtmpMode", Choice({"init": 225, "login": 225, "user": 225}), 225, _GROUP, _EXEC, "What kind of entry it is among the logins.", default="init"),
    Directive("Service", "SetLoginEnvironment", _BOOLEAN, 255, _GROUP, _EXEC, "Whether HOME, LOGNAME and SHELL are set.", default="yes with User=, DynamicUser= or PAMName="),
)  # fmt: skip
