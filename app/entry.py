"""Where the command begins: it is ready sooner if nothing is swept while it is being loaded."""

import gc
import importlib


def main() -> None:
    """Loads and runs the command line.

    What is loaded stays for good, so the collector never needs to look through it again.
    """
    gc.disable()
    cli = importlib.import_module("app.cli")
    gc.freeze()
    gc.enable()
    cli.main()
