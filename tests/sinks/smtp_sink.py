#!/usr/bin/python3
"""A mail server that keeps what it gets, for tests and demonstrations (needs Debian's python3-aiosmtpd).

Listens on 127.0.0.1 (port 0 unless --port), prints one JSON line {"port": …, "pid": …} when it is ready, and ends
on SIGTERM or when its standard input is closed.

  --out FILE        append one JSON line per event: {"event": "mail", n, mail_from, rcpt_tos, tls, user, helo,
                    headers: [[name, value]…], subject, text, html, longest_line, raw, answer},
                    {"event": "auth", mechanism, user, ok, tls}, {"event": "rcpt", address, answer}
  --port N          listen there instead of on a free port
  --tls MODE        none (default), starttls, starttls-required, implicit
  --cert, --key     for --tls
  --user, --password  ask for AUTH (PLAIN, LOGIN) and accept only these; AUTH is offered inside TLS only
  --rcpt RULE       ADDRESS=ANSWER, e.g. "bob@example.org=550 5.1.1 no such user", ";count=N" for the first N
                    times only; ADDRESS * means everybody; may be repeated, the first rule that fits wins
  --data STEP       answer to the final dot: "250 …", "451 …", "552 …", "drop" (the mail is kept, then the
                    connection is reset without an answer), "hang" (the mail is kept, no answer ever);
                    may be repeated: each mail takes the next step, the last one stays. Default "250 kept"
  --greeting-delay S  seconds before the greeting
  --stay            do not end when standard input is closed

Lines on standard input change the rules while it runs: {"data": ["451 later"], "rcpt": []}.
"""

import argparse
import asyncio
import datetime
import email
import email.policy
import json
import os
import signal
import ssl
import sys

from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword


class Recorder:
    def __init__(self, path):
        self.file = open(path, "a", encoding="utf-8") if path else None
        self.count = 0

    def write(self, record):
        if self.file:
            now = datetime.datetime.now(datetime.timezone.utc).isoformat()
            self.file.write(json.dumps({"at": now, **record}) + "\n")
            self.file.flush()


class Rule:
    def __init__(self, text):
        self.address, found, answer = text.partition("=")
        if not found:
            raise SystemExit(f"--rcpt {text}: ADDRESS=ANSWER is wanted")
        self.answer, _, count = answer.partition(";count=")
        self.left = int(count) if count else None

    def take(self, address):
        if self.address not in ("*", address) or self.left == 0:
            return None
        if self.left is not None:
            self.left -= 1
        return self.answer


def part_text(mail, kind):
    part = mail.get_body(preferencelist=(kind,))
    return part.get_content() if part else None


class Handler:
    def __init__(self, chosen, recorder):
        self.chosen, self.recorder = chosen, recorder
        self.replace(chosen.rcpt, chosen.data)

    def replace(self, rcpt, data):
        if rcpt is not None:
            self.rules = [Rule(text) for text in rcpt]
        if data is not None:
            self.steps = list(data) or ["250 kept"]

    async def handle_RCPT(self, server, session, envelope, address, options):
        answer = next((a for a in (rule.take(address) for rule in self.rules) if a), "250 fine")
        self.recorder.write({"event": "rcpt", "address": address, "answer": answer})
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
            envelope.rcpt_options.extend(options)
        return answer

    async def handle_DATA(self, server, session, envelope):
        step = self.steps.pop(0) if len(self.steps) > 1 else self.steps[0]
        self.record(session, envelope, step)
        if step == "drop":
            server.transport.abort()
            return None
        if step == "hang":
            await asyncio.sleep(3600)
        return step

    def record(self, session, envelope, step):
        raw = envelope.original_content
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.recorder.count += 1
        self.recorder.write({
            "event": "mail", "n": self.recorder.count, "mail_from": envelope.mail_from,
            "rcpt_tos": envelope.rcpt_tos, "tls": self.chosen.tls == "implicit" or session.ssl is not None,
            "user": session.auth_data.login.decode() if isinstance(session.auth_data, LoginPassword) else None,
            "helo": session.host_name, "headers": [[k, str(v)] for k, v in mail.items()],
            "subject": str(mail["subject"]), "text": part_text(mail, "plain"), "html": part_text(mail, "html"),
            "defects": [repr(d) for part in mail.walk() for d in part.defects],
            "longest_line": max(len(line) for line in raw.split(b"\r\n")),
            "raw": raw.decode("utf-8", "backslashreplace"), "answer": step,
        })

    def authenticate(self, server, session, envelope, mechanism, data):
        user = data.login.decode() if isinstance(data, LoginPassword) else ""
        ok = (isinstance(data, LoginPassword) and user == self.chosen.user
              and data.password.decode() == self.chosen.password)
        tls = self.chosen.tls == "implicit" or session.ssl is not None
        self.recorder.write({"event": "auth", "mechanism": mechanism, "user": user, "ok": ok, "tls": tls})
        return AuthResult(success=ok, handled=ok, auth_data=data,
                          message=None if ok else "535 5.7.8 not these credentials")


class Session(SMTP):
    greeting_delay = 0.0

    async def _handle_client(self):
        await asyncio.sleep(self.greeting_delay)
        await super()._handle_client()


def server_context(chosen):
    if chosen.tls == "none":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chosen.cert, chosen.key)
    return context


def make_session(chosen, handler, context):
    implicit = chosen.tls == "implicit"
    session = Session(
        handler, hostname="sink.example", ident="smtp sink",
        tls_context=None if implicit else context, require_starttls=chosen.tls == "starttls-required",
        auth_required=chosen.user is not None, auth_require_tls=not implicit,
        authenticator=handler.authenticate if chosen.user is not None else None,
    )
    session.greeting_delay = chosen.greeting_delay
    return session


async def read_control(handler, stay, ended):
    loop = asyncio.get_running_loop()
    reader = asyncio.StreamReader()
    try:
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            try:
                change = json.loads(line)
                handler.replace(change.get("rcpt"), change.get("data"))
            except (ValueError, AttributeError, SystemExit) as problem:
                print(f"smtp_sink: {line!r}: {problem}", file=sys.stderr, flush=True)
    except ValueError:
        pass  # standard input is a plain file or /dev/null: nothing to read
    if not stay:
        ended.set()


async def serve(chosen):
    import logging
    import warnings
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    loop, ended = asyncio.get_running_loop(), asyncio.Event()
    loop.set_exception_handler(lambda *_: None)  # connections that a scripted step broke
    handler, context = Handler(chosen, Recorder(chosen.out)), server_context(chosen)
    server = await loop.create_server(
        lambda: make_session(chosen, handler, context), "127.0.0.1", chosen.port,
        ssl=context if chosen.tls == "implicit" else None,
    )
    loop.add_signal_handler(signal.SIGTERM, ended.set)
    print(json.dumps({"port": server.sockets[0].getsockname()[1], "pid": os.getpid()}), flush=True)
    control = asyncio.create_task(read_control(handler, chosen.stay, ended))
    await ended.wait()
    control.cancel()
    server.close()


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--out")
    options.add_argument("--port", type=int, default=0)
    options.add_argument("--tls", choices=["none", "starttls", "starttls-required", "implicit"], default="none")
    options.add_argument("--cert")
    options.add_argument("--key")
    options.add_argument("--user")
    options.add_argument("--password")
    options.add_argument("--rcpt", action="append", default=[])
    options.add_argument("--data", action="append", default=[])
    options.add_argument("--greeting-delay", type=float, default=0.0)
    options.add_argument("--stay", action="store_true")
    asyncio.run(serve(options.parse_args()))


if __name__ == "__main__":
    main()
