"""Throw-away certificates for loopback servers, made with the openssl program."""

import os
import subprocess


def openssl(*words):
    subprocess.run(["openssl", *words], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make_authority(folder, name):
    key, cert = (os.path.join(folder, f"{name}.{kind}") for kind in ("key", "pem"))
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", cert)
    return cert, key


def make_server(folder, name, authority, names):
    """(certificate, key) of a server that may call itself by `names` ("IP:127.0.0.1,DNS:…")."""
    cert, key, request, extra = (os.path.join(folder, f"{name}.{kind}") for kind in ("pem", "key", "csr", "ext"))
    openssl("req", "-new", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", key, "-out", request)
    with open(extra, "w", encoding="ascii") as file:
        file.write(f"subjectAltName={names}\n")
    openssl("x509", "-req", "-in", request, "-CA", authority[0], "-CAkey", authority[1], "-CAcreateserial",
            "-days", "2", "-extfile", extra, "-out", cert)
    return cert, key
