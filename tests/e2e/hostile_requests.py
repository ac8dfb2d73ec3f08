"""Hostile requests for the daemon's HTTP interface, as a table: what goes over the wire, and which refusals are clean.
Those that carry the right token would change something if any of them were read as a good request."""

import dataclasses
import json


@dataclasses.dataclass(frozen=True)
class Request:
    name: str
    wire: bytes
    statuses: tuple      # one of these, or the connection ends without an answer
    allow: str = ""      # what `Allow` must name


@dataclasses.dataclass(frozen=True)
class Scene:
    """What the requests aim at: a real alert, a real model, the real secrets."""
    token: str
    secret: str
    alert: str

    @property
    def accept(self):
        return "/api/v1/models/acme/model/accept"

    @property
    def check(self):
        return "/api/v1/models/acme/model/check"

    @property
    def ack(self):
        return f"/api/v1/alerts/{self.alert}/ack"

    @property
    def writes(self):
        return self.accept, self.check, self.ack, *(f"/api/v1/commands/{name}" for name in CHANGES)

    def bearer(self):
        return f"Authorization: Bearer {self.token}"


CHANGES = ("accept", "review", "except", "acknowledge", "resolve", "silence", "unsilence", "retry", "drop",
           "send-digest")
WHO = json.dumps({"by": "mallory", "reason": "because"}).encode()
UNREADABLE = (400,)
READS = ("/", "/models/acme/model", "/static/page.css", "/healthz", "/readyz", "/metrics", "/api/v1/openapi.json",
         "/api/v1/models", "/api/v1/models/acme/model", "/api/v1/alerts", "/api/v1/events", "/api/v1/deliveries",
         "/api/v1/digest")


def wire(method, target, *lines, body=b"", length=True, host="127.0.0.1", version="HTTP/1.1"):
    """A request; lines, target and version go out as they are."""
    def raw(text):
        return text if isinstance(text, bytes) else text.encode()
    head = [raw(method) + b" " + raw(target) + b" " + raw(version)]
    if host is not None:
        head.append(b"Host: " + raw(host))
    head += [raw(line) for line in lines]
    if length and (body or method == "POST"):
        head.append(b"Content-Length: %d" % len(body))
    return b"\r\n".join(head) + b"\r\n\r\n" + body


def good_write(scene):
    return wire("POST", scene.accept, scene.bearer(), body=WHO)


def framing(scene):
    """Where a message ends: whatever two programs could answer differently."""
    good = scene.bearer()
    behind = b"0\r\n\r\n" + good_write(scene)
    encodings = ("chunked", "Chunked", "CHUNKED", "identity", "gzip", "gzip, chunked", "chunked, identity",
                 "chunked, chunked", "\tchunked", " chunked ", "chunked;q=1", "xchunked", "\"chunked\"", "chun ked", "")
    for value in encodings:
        lines = (good, f"Transfer-Encoding: {value}")
        yield Request(f"transfer encoding {value!r}", wire("POST", scene.check, *lines, length=False) + behind, (400, 501))
        yield Request(f"transfer encoding {value!r} with a length",
                      wire("POST", scene.check, *lines, "Content-Length: 4", length=False) + behind, (400, 501))
    for line in ("Transfer-Encoding : chunked", " Transfer-Encoding: chunked", "Transfer-Encoding:\r\n chunked",
                 "Transfer-Encoding:\x0bchunked", "X: x\r\n\tTransfer-Encoding: chunked", "Transfer\x00-Encoding: chunked",
                 "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", "X: x\nTransfer-Encoding: chunked",
                 "X: x\rTransfer-Encoding: chunked"):
        yield Request(f"framing line {line!r}", wire("POST", scene.check, good, line, length=False) + behind, (400, 501))
    lengths = ("", "x", "-1", "+2", "0x2", "2.0", "2e0", "1_0", "2 2", "2, 2", "2,3", "2;2", "\"2\"", "\u0662",
               "18446744073709551616", "99999999999999999999999999", "9223372036854775808", "2\x00", "2\x0b")
    for value in lengths:
        yield Request(f"length {value!r}", wire("POST", scene.check, good, f"Content-Length: {value}", length=False) + b"{}",
                      (400, 413))
    for value in ("262145", "999999999", "9223372036854775807"):
        yield Request(f"length of too much {value}",
                      wire("POST", scene.check, good, f"Content-Length: {value}", length=False) + b"{}", (413, 400))
    for pair in (("2", "2"), ("0", "2"), ("2", "300"), ("2", "x")):
        yield Request(f"lengths {pair}", wire("POST", scene.check, good, *(f"Content-Length: {v}" for v in pair),
                                              length=False) + b"{}", UNREADABLE)
    chunk = wire("POST", scene.check, good, "Transfer-Encoding: chunked", length=False)
    for name, rest in (("extension", b"2;" + b"x" * 60_000 + b"\r\n{}\r\n0\r\n\r\n"),
                       ("size too large", b"ffffffffffffffffff\r\n{}"), ("negative size", b"-2\r\n{}\r\n0\r\n\r\n"),
                       ("trailer", b"2\r\n{}\r\n0\r\nAuthorization: x\r\n\r\n"), ("bare line feeds", b"2\n{}\n0\n\n")):
        yield Request(f"chunk with {name}", chunk + rest, (400, 501))
    body = b"x" * 300_000
    yield Request("a body that is too large", wire("POST", scene.accept, good, body=body), (413,))
    yield Request("a body that ends early", wire("POST", scene.accept, good, "Content-Length: 500", length=False) + WHO,
                  UNREADABLE)
    yield Request("the rest of a body read as a request",
                  wire("POST", scene.accept, body=b"{}") [:-2] + b"xx" + b"GET", (401, 400))
    yield Request("a write behind a request without a length",
                  wire("POST", scene.check, length=False) + b"x" + good_write(scene), (401, 405))


def syntax(scene):
    good = scene.bearer()
    get = ("GET", "/api/v1/models")
    for line in ("Host : 127.0.0.1", " folded: x", "A\x00B: x", "A: \x01", "A: x\x00", "A: x\r B", ": x", "A", "A B: x",
                 "A(: x", "\x7f: x", "A: \x7f", "X: y\r\n folded", "X: y\r\n\tfolded", "X: y\r\n  \r\n z",
                 "A: x\n\nGET / HTTP/1.1", "A: x\nB: y", "A: x\r\r", "\u00e9: x"):
        yield Request(f"header line {line!r}", wire(*get, line), UNREADABLE)
    yield Request("a fold behind Host", wire(*get, "Host: 127.0.0.1\r\n .evil.example", host=None), UNREADABLE)
    yield Request("a fold in the token", wire("POST", scene.check, f"Authorization: Bearer\r\n {scene.token}"), UNREADABLE)
    for name, line in (("long line", b"GET /" + b"a" * 40_000 + b" HTTP/1.1"), ("no target", b"GET"),
                       ("no version", b"GET /"), ("two blanks", b"GET  / HTTP/1.1"), ("a tab", b"GET\t/ HTTP/1.1"),
                       ("a blank before", b" GET / HTTP/1.1"), ("a blank behind", b"GET / HTTP/1.1 "),
                       ("four words", b"GET / x HTTP/1.1"), ("only a NUL", b"\x00"), ("a NUL", b"GET /\x00 HTTP/1.1"),
                       ("version 0.9", b"GET / HTTP/0.9"), ("version 1.2", b"GET / HTTP/1.2"),
                       ("version 2.0", b"GET / HTTP/2.0"), ("version 3", b"GET / HTTP/3"),
                       ("another protocol", b"GET / ICY/1.1"), ("small letters", b"GET / http/1.1"),
                       ("a version too long", b"GET / HTTP/1.10"), ("an odd method", b"G\xffT / HTTP/1.1"),
                       ("a method too long", b"A" * 9_000 + b" / HTTP/1.1"), ("a raw byte", b"GET /\xff HTTP/1.1"),
                       ("an answer", b"HTTP/1.1 200 OK"), ("empty lines", b"\r\n" * 500 + b"GET / HTTP/1.1")):
        yield Request(f"request line: {name}", line + b"\r\nHost: 127.0.0.1\r\n\r\n", (400, 405, 414, 431, 505))
    yield Request("bare line feeds", b"GET / HTTP/1.1\nHost: 127.0.0.1\n\n", (400, 505))
    yield Request("bare carriage returns", b"GET / HTTP/1.1\rHost: 127.0.0.1\r\r", (400, 505))
    yield Request("a large header", wire(*get, b"X: " + b"a" * 100_000), (431,))
    yield Request("a large name", wire(*get, b"X" * 20_000 + b": a"), (431, 400))
    yield Request("many headers", wire(*get, *(f"X{n}: a" for n in range(5_000))), (431,))
    yield Request("HTTP/2 preface", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04" + b"\x00" * 5, (400, 405, 505))
    yield Request("TLS ClientHello", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)) * 2, UNREADABLE)
    yield Request("SSH", b"SSH-2.0-OpenSSH_9.2\r\n\r\n", UNREADABLE)
    yield Request("noise", bytes((n * 73 + 19) % 256 for n in range(4_000)) + b"\r\n\r\n", UNREADABLE)
    yield Request("zeros", b"\x00" * 20_000, (400, 431))
    yield Request("Expect", wire("POST", scene.check, good, "Expect: 100-continue", body=b"{}"), (417,))
    yield Request("an odd Expect", wire("POST", scene.check, good, "Expect: money", body=b"{}"), (417,))
    for value in ("h2c", "websocket", "TLS/1.0", "HTTP/3"):
        yield Request(f"Upgrade {value}", wire("POST", scene.check, good, "Connection: Upgrade", f"Upgrade: {value}",
                                               body=b"{}"), (501,))
    for bad in (b"GET\r\n\r\n", wire("GET", "/../x"), wire("BREW", "/"), wire("GET", "/", host=None),
                wire("GET", "/", "Transfer-Encoding: chunked"), wire("GET", "/", "Content-Length: 1, 1") + b"x"):
        yield Request(f"a write behind {bad[:24]!r}", bad + good_write(scene), (400, 405, 501))


def names(scene):
    """Who is asked: rebinding, proxies, forms of the target."""
    good = scene.bearer()
    for host in ("evil.example", "evil.example:8417", "localhost.evil.example", "127.0.0.1.evil.example", "127.evil",
                 "192.168.0.1", "0.0.0.0", "[::]", "127.0.0.1@evil.example", "evil.example#127.0.0.1",
                 "127.0.0.1, evil.example", "[::1]evil.example", "localhost:80:evil", "localhost:evil", "[::1", "127.0.0.1 x",
                 "localhost/evil", "2130706433", "0x7f000001"):
        yield Request(f"Host {host}", wire("POST", scene.accept, good, body=WHO, host=host), (400, 421))
        yield Request(f"Host {host}, reading", wire("GET", "/api/v1/models", host=host), (400, 421))
    yield Request("no Host", wire("POST", scene.accept, good, body=WHO, host=None), UNREADABLE)
    yield Request("two Hosts", wire("POST", scene.accept, good, "Host: 127.0.0.1", body=WHO), UNREADABLE)
    yield Request("two Hosts that differ", wire("POST", scene.accept, good, "Host: evil.example", body=WHO), UNREADABLE)
    for target in ("http://evil.example" + scene.accept, "http://127.0.0.1" + scene.accept, "https://127.0.0.1/", "*",
                   "evil.example:443", "//evil.example" + scene.accept, "javascript:1", "", "x", "?x", "#", "/#x",
                   "file:///etc/passwd"):
        yield Request(f"target {target!r}", wire("POST", target, good, body=WHO), UNREADABLE)
    yield Request("CONNECT", wire("CONNECT", "evil.example:443", good), (400, 405))
    yield Request("OPTIONS *", wire("OPTIONS", "*", good), (400, 405))
    browser = "Origin: https://evil.example"
    for target in scene.writes:
        yield Request(f"a browser's post to {target[:16]}", wire(
            "POST", target, browser, "Sec-Fetch-Site: cross-site", "Content-Type: text/plain", "Cookie: token=" + scene.token,
            body=WHO), (401, 403))
        for line in (browser, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Site: same-site", "Origin: null",
                     "Origin: http://127.0.0.1.evil.example", "Origin: http://localhost:1@evil.example"):
            yield Request(f"a page elsewhere that knows the token, {line}", wire("POST", target, good, line, body=WHO), (403,))
    yield Request("a preflight", wire("OPTIONS", scene.accept, browser, "Access-Control-Request-Method: POST"), (405,))


def paths(scene):
    tricks = ("/../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd", "/.%2e/x", "/%252e%252e/%252e%252e/etc/passwd",
              "/static/../../../etc/passwd", "/static/..%2f..%2fetc%2fpasswd", "/static/..%5c..%5cwindows",
              "/static/%c0%ae%c0%ae/%c0%afetc", "/static/%e0%80%ae%e0%80%ae/x", "/static/page.css%00.js", "/static/./page.css",
              "/static//page.css", "/static/page.css/", "/static/page.css/..", "/static/page.css;x", "/static/page%2ecss%2f",
              "//", "///etc/passwd", "/\\..\\..\\x", "/%5c%5cevil", "/models/a%00b/c", "/models/a%0d%0aX:1/c",
              "/models/%ff/x", "/models/%ed%a0%80/x", "/models/%f5%80%80%80/x", "/models/%/x", "/models/%4/x", "/models/%zz/x",
              "/models/%u002e/x", "/models/a/b/c/d", "/models/..;/x", "/;/x", "/.git/config", "/etc/passwd", "/static/",
              "/models/%e2%80%ae/x", "/" + "a/" * 40, "/" + "%61" * 2_000, "/?a=1&a=2", "/?" + "&".join(f"a{n}=1" for n in range(200)), "/?a=%00", "/?a=%ff",
              "/?a=%0d%0aSet-Cookie:x", "/api/v1/../v1/models", "/api/v1/models/acme/model%2faccept", "/API/V1/MODELS",
              "/api/v1/models/acme/../../alerts", "/api/v1/events?limit=-1", "/api/v1/events?limit=99999999999999999999",
              "/api/v1/events?offset=1e9", "/api/v1/models?limit=1001", "/api/v1/models?limit=%30x10")
    for target in tricks:
        yield Request(f"path {target[:40]}", wire("GET", target), (400, 404))
    for target in (scene.accept + "/", scene.accept + ";x=1", scene.accept + "/..", scene.accept.replace("/accept", "//accept"),
                   scene.accept.replace("/accept", "%2faccept"), scene.accept + "%00", scene.accept.upper(), scene.accept + "#x",
                   "/x/.." + scene.accept, scene.accept.replace("acme", "acme%20"), scene.accept.replace("model/", "mode/"),
                   "/api/v1/alerts/%2e/ack", "/api/v1/alerts/x/ack", "/api/v1/alerts/%25/ack", "/api/v1/alerts/" + "0" * 8 + "/ack",
                   scene.accept + "?revision=../x"):
        yield Request(f"write to {target[-40:]}", wire("POST", target, scene.bearer(), body=WHO), (400, 404))


def methods(scene):
    good = scene.bearer()
    for target in READS:
        yield Request(f"POST {target}", wire("POST", target, good, body=WHO), (405,), "GET")
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW", "get", "GETX"):
            yield Request(f"{method} {target}", wire(method, target, good), (405,), "GET")
    for target in (*scene.writes, "/hooks/huggingface"):
        for method in ("GET", "HEAD"):
            yield Request(f"{method} {target[:20]}", wire(method, target, good), (405,), "POST")
        for method in ("PUT", "DELETE", "PATCH", "TRACE", "post", "POST\x00"):
            yield Request(f"{method!r} {target[:20]}", wire(method, target, good, body=WHO), (400, 405))
        yield Request(f"override {target[:20]}", wire("GET", target, good, "X-HTTP-Method-Override: POST"), (405,), "POST")


def tokens(scene):
    token = scene.token
    wrong = ("", "Bearer", "Bearer ", "Bearer wrong", token, f"Basic {token}", f"Bearer {token[:-1]}", f"Bearer {token}x",
             f"Bearer {token[1:]}", f"Bearer {token.upper()}", f"Bearer {token} {token}", f"Bearer \"{token}\"", f"Bearer={token}",
             f"Bearer {token},", f"Bearer\t{token}\tx", f"Token {token}", "Bearer " + "x" * 10_000, f"Bearer {token}\u00a0",
             f"Bearer {'%61' + token[1:]}", "Negotiate YII=", "Bearer null", "Bearer undefined", "Bearer *")
    for target in scene.writes:
        yield Request(f"no token for {target[:20]}", wire("POST", target, body=WHO), (401,))
        for value in wrong:
            yield Request(f"token {value[:30]!r}", wire("POST", target, f"Authorization: {value}", body=WHO), (401,))
        yield Request("two tokens", wire("POST", target, "Authorization: Bearer x", scene.bearer(), body=WHO), (400, 401))
        yield Request("the token twice", wire("POST", target, scene.bearer(), scene.bearer(), body=WHO), (400, 401))
        yield Request("the token in the query", wire("POST", f"{target}?access_token={token}&token={token}", body=WHO), (401,))
        yield Request("the token as a cookie", wire("POST", target, f"Cookie: token={token}", body=WHO), (401,))
        yield Request("the token for a proxy", wire("POST", target, f"Proxy-Authorization: Bearer {token}", body=WHO), (401,))
        yield Request("the token in the body", wire("POST", target, body=json.dumps(
            {"by": "m", "reason": "r", "token": token}).encode()), (401,))
    push = json.dumps({"repo": {"type": "model", "name": "acme/model"}}).encode()
    for name, lines in (("none", ()), ("wrong", ("X-Webhook-Secret: x",)), ("empty", ("X-Webhook-Secret:",)),
                        ("longer", (f"X-Webhook-Secret: {scene.secret}x",)), ("shorter", (f"X-Webhook-Secret: {scene.secret[:-1]}",)),
                        ("twice", (f"X-Webhook-Secret: {scene.secret}",) * 2), ("the token", (scene.bearer(),)),
                        ("as a token", (f"Authorization: Bearer {scene.secret}",))):
        yield Request(f"hook secret {name}", wire("POST", "/hooks/huggingface", *lines, body=push), (401,))
    yield Request("the hook's secret in the query", wire("POST", f"/hooks/huggingface?secret={scene.secret}", body=push), (401,))


def bodies(scene):
    """Behind the right token or secret."""
    def text(**fields):
        return json.dumps(fields).encode()
    bad = (b"", b"{", b"[]", b"null", b"1", b"\"x\"", b"{}", b"{} {}", WHO + b"x", b"\xff\xfe{}", b"\xef\xbb\xbf" + WHO,
           WHO.decode().encode("utf-16"), b'{"by":"a","reason":"\xff"}', b'{"by":"a","reason":"\xed\xa0\x80"}',
           b'{"by":NaN,"reason":"x"}', b'{"by":"a","reason":NaN}', b"{'by':'a','reason':'b'}", b'{"by":"a","reason":"b",}',
           b'{"by":"a",/*x*/"reason":"b"}', b'{"by":"a","by":"b","reason":"x"}', b'{"by":"a","reason":"x","reason":"y"}',
           b'{"by":"a","reason":"x","\\u0062y":"b"}', b'{"by":"a","reason":"\\ud800"}', b'{"by":"a","reason":"b\x01"}',
           b'{"a":' * 200 + b"1" + b"}" * 200, b"[" * 100_000, b'{"by":"a","reason":1e999}', text(by=1, reason=2),
           text(by="", reason=""), text(by=" ", reason=" "), text(by=["a"], reason={"b": 1}), text(reason="b"),
           text(by="a" * 5_000, reason="b"), text(by="a", reason="b" * 100_000), text(by=None, reason=None), text(BY="a", REASON="b"),
           b"by=mallory&reason=because", b"<by>mallory</by>", b"\x1f\x8b\x08\x00" + b"\x00" * 30)
    # Only an acknowledgement may go without a reason.
    yield Request("no reason", wire("POST", scene.accept, scene.bearer(), body=text(by="a")), UNREADABLE)
    for target in (scene.accept, scene.ack):
        for body in bad:
            yield Request(f"body {body[:40]!r}", wire("POST", target, scene.bearer(), body=body), UNREADABLE)
        yield Request("a packed body", wire("POST", target, scene.bearer(), "Content-Encoding: gzip", body=WHO), (400, 415))
    for commit in (5, True, ["x"], {"a": 1}, "zz", "../x", "0" * 40, "%00", "x" * 5_000):
        yield Request(f"commit {str(commit)[:20]}", wire("POST", scene.accept, scene.bearer(), body=text(
            by="a", reason="b", commit=commit)), (400, 404, 409))
    for until in (5, True, [], "yesterday", "2020-01-01T00:00:00Z", "9999999999", "2030-13-45T99:00:00Z", "x" * 5_000):
        yield Request(f"until {str(until)[:20]}", wire("POST", scene.ack, scene.bearer(), body=text(
            by="a", reason="b", until=until)), UNREADABLE)
    for body in (b"", b"{", b"[]", b"null", b"{}", b'{"repo":1}', b'{"repo":[]}', b'{"repo":null}', b"[" * 5_000, b"\xff"):
        yield Request(f"push {body[:20]!r}", wire("POST", "/hooks/huggingface", f"X-Webhook-Secret: {scene.secret}", body=body),
                      UNREADABLE)


GROUPS = {"framing": framing, "syntax": syntax, "names": names, "paths": paths, "methods": methods, "tokens": tokens,
          "bodies": bodies}
