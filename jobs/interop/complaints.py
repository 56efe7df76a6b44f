"""What diffusers, PEFT and transformers log or warn of while something is done."""

import logging
import warnings


class _Collector(logging.Handler):
    def __init__(self):
        super().__init__(logging.WARNING)
        self.said = []

    def emit(self, record):
        self.said.append(record.getMessage())


def complaints(action):
    """Calls action(); gives its result and a list of (text, category), category None for a log."""
    collector = _Collector()
    loggers = [logging.getLogger(name) for name in ("diffusers", "peft", "transformers")]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        with warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always")
            result = action()
    finally:
        for logger in loggers:
            logger.removeHandler(collector)
    said = [(text, None) for text in collector.said]
    return result, said + [(str(warning.message), warning.category) for warning in warned]
