"""A node of the binary under test, for the foreign clients."""
import json
import socket
import subprocess
import time

import requests


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Node:
    """A node of the binary under test, and its officer Ann."""

    def __init__(self, comity, folder):
        self.comity = comity
        self.folder, self.secret = folder / "node", folder / "secret"
        self.secret.write_bytes(b"n" * 32)
        self.secret.chmod(0o600)
        self.port = free_port()
        self.run("init", "--name", "CSIRT (invented)", "--jurisdiction", "EE", "--role", "csirt",
                 "--listen", f"127.0.0.1:{free_port()}", "--callback", "+1 555 0100", "--language", "en")
        with (self.folder / "comity.toml").open("a") as config:
            config.write(f'taxii = "127.0.0.1:{self.port}"\n')
        self.run("user", "add", "ann", "--roles", "admin,author")
        self.process = subprocess.Popen(self.command("serve"), stdout=subprocess.DEVNULL)

    def command(self, *args):
        return [self.comity, "--json", "--dir", self.folder, "--key-file", self.secret, *args]

    def run(self, *args):
        done = subprocess.run(self.command(*args), capture_output=True, text=True)
        assert done.returncode == 0, (args, done.stdout, done.stderr)
        return json.loads(done.stdout)

    def user(self, name, *rights):
        file = self.folder / f"{name}.secret"
        self.run("--as", "ann", "alert", "user", name, "--secret-file", file, *rights)
        return file.read_text().strip()

    def await_taxii(self):
        for _ in range(300):
            try:
                return requests.get(self.url(), timeout=5)
            except requests.ConnectionError:
                time.sleep(0.05)
        raise AssertionError("the node does not serve TAXII")

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}/taxii2/{path}"

    def settle(self):
        """Until the second in which something was added is over: feeds count in seconds."""
        begun = int(time.time())
        while int(time.time()) == begun:
            time.sleep(0.05)
