"""Asks python3-avro whether readers read what writers write.

Each line of the input is a JSON object with the texts of a "reader" and a "writer" schema. Each line of the output is
one with what avro.compatibility says: "compatible", the "types" of the incompatibilities in their order, and their
"locations" without an order; or "error", where a text is no schema to it or the check raises.
"""

import functools
import json
import sys
import warnings

from avro.compatibility import ReaderWriterCompatibilityChecker, SchemaCompatibilityType
from avro.schema import parse

parse = functools.lru_cache(maxsize=64)(parse)


def compare(reader, writer):
    result = ReaderWriterCompatibilityChecker().get_compatibility(parse(reader), parse(writer))
    return {
        "compatible": result.compatibility is SchemaCompatibilityType.compatible,
        "types": [kind.name.upper() for kind in result.incompatibilities],
        "locations": sorted(result.locations),
    }


def main():
    warnings.simplefilter("ignore")  # about logical types that it does not know
    for line in sys.stdin:
        pair = json.loads(line)
        try:
            answer = compare(pair["reader"], pair["writer"])
        except Exception as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


main()
