"""Writes the Parquet files beside it, and the rows in them as they are to be read.

    pip install pyarrow==25.0.1 numpy==2.4.6 && python3 make-files.py

Files written by Apache Arrow's C++ library, whose values are written down here by other code than
the reader's. duckdb-*.parquet are made by make-duckdb-files.js.
"""

import base64
import datetime
import decimal
import json
import random

import numpy
import pyarrow as pa
import pyarrow.parquet as pq

CODECS = ["none", "snappy", "gzip", "zstd", "brotli", "lz4"]
ROWS = 40


def flat():
    n = range(ROWS)
    return pa.table(
        {
            "event": pa.array([["Sign Up", "Purchase", "Page View"][i % 3] for i in n]),
            "distinct_id": pa.array([None if i % 7 == 3 else f"user-{i % 20}-é" for i in n]),
            "order": pa.array([None if i % 5 == 0 else 2**63 - 1 - i for i in n], pa.int64()),
            "price": pa.array([None if i == 9 else i / 3 for i in n], pa.float64()),
        }
    )


def nested():
    rows = [
        {
            "id": i,
            "tags": None if i % 6 == 0 else [None if j % 3 == 2 else f"t{j}" for j in range(i % 6 - 1)],
            "items": None
            if i % 5 == 0
            else [
                None
                if j % 4 == 3
                else {"sku": f"s{j}", "sizes": [[k] * k for k in range(j)] if j % 3 else None}
                for j in range(i % 5)
            ],
            "map": None if i % 7 == 0 else [(f"k{j}", None if j % 2 else j) for j in range(i % 4)],
            "struct": None if i % 8 == 0 else {"a": None if i % 3 == 0 else i, "b": {"c": [i]}},
        }
        for i in range(ROWS)
    ]
    schema = pa.schema(
        [
            ("id", pa.int64()),
            ("tags", pa.list_(pa.string())),
            (
                "items",
                pa.list_(
                    pa.struct([("sku", pa.string()), ("sizes", pa.list_(pa.list_(pa.int32())))])
                ),
            ),
            ("map", pa.map_(pa.string(), pa.int64())),
            (
                "struct",
                pa.struct([("a", pa.int64()), ("b", pa.struct([("c", pa.list_(pa.int64()))]))]),
            ),
        ]
    )
    return pa.Table.from_pylist(rows, schema=schema)


def types():
    n = range(24)
    random.seed(1)
    dec = decimal.Decimal
    long = dec("12345678901234567890123456.789")
    return pa.table(
        {
            "int8": pa.array([i - 12 for i in n], pa.int8()),
            "uint32": pa.array([2**32 - 1 - i for i in n], pa.uint32()),
            "uint64": pa.array([2**64 - 1 - i for i in n], pa.uint64()),
            "int64": pa.array([random.randrange(-(2**63), 2**63) for _ in n], pa.int64()),
            "safe": pa.array([-(2**53) - 3 + i for i in n], pa.int64()),
            "int32": pa.array([random.randrange(-(2**31), 2**31) for _ in n], pa.int32()),
            "float16": pa.array(numpy.array([i / 8 for i in n], numpy.float16)),
            "float": pa.array([1.1 * i for i in n], pa.float32()),
            "double": pa.array(
                [float("nan"), float("inf"), -float("inf"), 1e21, 1e-7, 5e-324, 0.1 + 0.2]
                + [random.random() for _ in range(17)]
            ),
            "bool": pa.array([None if i % 4 == 0 else i % 3 == 0 for i in n]),
            "ms": pa.array([1700000000123 + i for i in n], pa.timestamp("ms", tz="UTC")),
            "us": pa.array([-1700000000123456 + i for i in n], pa.timestamp("us")),
            "ns": pa.array([2**60 + i for i in n], pa.timestamp("ns", tz="Europe/Berlin")),
            "date": pa.array([i * 1000 - 12000 for i in n], pa.date32()),
            "time": pa.array([i * 3_599_000_003 % 86_400_000_000 for i in n], pa.time64("us")),
            "time_ms": pa.array([i * 3_599_003 % 86_400_000 for i in n], pa.time32("ms")),
            "decimal": pa.array([dec(i * 7 - 50) / 100 for i in n], pa.decimal128(10, 2)),
            "decimal38": pa.array([long if i % 2 else -long for i in n], pa.decimal128(38, 3)),
            "binary": pa.array([bytes([255, i]) if i % 2 else b"text" for i in n], pa.binary()),
            "fixed": pa.array([bytes([i] * 4) for i in n], pa.binary(4)),
            "null": pa.nulls(24),
            "__proto__": pa.array(["a\"b\\c\n\t\u2028😀\u007f" for _ in n]),
            "": pa.array([f"{i:04d}-suffix" for i in n]),
        }
    )


DELTA = {
    "int64": "DELTA_BINARY_PACKED",
    "safe": "DELTA_BINARY_PACKED",
    "int32": "DELTA_BINARY_PACKED",
    "us": "DELTA_BINARY_PACKED",
    "float": "BYTE_STREAM_SPLIT",
    "double": "BYTE_STREAM_SPLIT",
    "fixed": "BYTE_STREAM_SPLIT",
    "bool": "RLE",
    "decimal38": "DELTA_BYTE_ARRAY",
    "binary": "DELTA_LENGTH_BYTE_ARRAY",
    "": "DELTA_BYTE_ARRAY",
}


def double(value):
    """As JavaScript writes it."""
    if not numpy.isfinite(value):
        return "null"
    text = repr(float(value)).removesuffix(".0")
    if "e" not in text:
        return text
    mantissa, exponent = text.split("e")
    exponent = int(exponent)
    if -7 < exponent < 21:
        return format(decimal.Decimal(text), "f")
    return f"{mantissa}e{exponent:+d}"


def single(value):
    """The shortest text that is the same float."""
    for digits in range(6, 10):
        text = float(f"%.{digits}g" % value)
        if numpy.float32(text) == numpy.float32(value):
            return double(text)


def fraction(value, digits):
    seconds, rest = divmod(value, 10**digits)
    return seconds, str(rest).zfill(digits)


DIGITS = {"ms": 3, "us": 6, "ns": 9}


def to_json(value, kind):
    t = pa.types
    if value is None or t.is_null(kind):
        return "null"
    if t.is_boolean(kind):
        return "true" if value else "false"
    if t.is_integer(kind):
        return str(value)
    if t.is_float32(kind):
        return single(value)
    if t.is_floating(kind):
        return double(value)
    if t.is_decimal(kind):
        return format(value, "f")
    if t.is_string(kind):
        return json.dumps(value, ensure_ascii=False)
    if t.is_binary(kind) and value.isascii():
        return json.dumps(value.decode())
    if t.is_binary(kind) or t.is_fixed_size_binary(kind):
        return json.dumps(base64.b64encode(value).decode())
    if t.is_list(kind):
        return "[" + ",".join(to_json(item, kind.value_type) for item in value) + "]"
    if t.is_map(kind):
        return (
            "{"
            + ",".join(f"{json.dumps(k)}:{to_json(v, kind.item_type)}" for k, v in value)
            + "}"
        )
    if t.is_struct(kind):
        return (
            "{" + ",".join(f'"{f.name}":{to_json(value[f.name], f.type)}' for f in kind) + "}"
        )
    raise TypeError(kind)


def column(values, kind):
    t = pa.types
    if t.is_timestamp(kind):
        digits = DIGITS[kind.unit]
        parts = [fraction(v, digits) for v in values.cast(pa.int64()).to_pylist()]
        zone = "Z" if kind.tz else ""
        return [f'"{numpy.datetime64(s, "s")}.{rest}{zone}"' for s, rest in parts]
    if t.is_date32(kind):
        return [f'"{numpy.datetime64(v, "D")}"' for v in values.cast(pa.int32()).to_pylist()]
    if t.is_time(kind):
        digits = DIGITS[kind.unit]
        whole = pa.int32() if digits == 3 else pa.int64()
        parts = [fraction(v, digits) for v in values.cast(whole).to_pylist()]
        return [f'"{datetime.timedelta(seconds=s)!s:0>8}.{rest}"' for s, rest in parts]
    return [to_json(v, kind) for v in values.to_pylist()]


def write_rows(table, name):
    columns = [
        (json.dumps(f.name, ensure_ascii=False), column(table.column(i), f.type))
        for i, f in enumerate(table.schema)
    ]
    with open(f"{name}.rows.ndjson", "w", encoding="utf8", newline="") as file:
        for i in range(table.num_rows):
            file.write("{" + ",".join(f"{key}:{values[i]}" for key, values in columns) + "}\n")


def write(table, name, **options):
    # Without Arrow's own copy of the schema, which is half of a small file.
    pq.write_table(table, f"{name}.parquet", store_schema=False, **options)


for name, table in (("flat", flat()), ("nested", nested()), ("types", types())):
    write_rows(table, name)
for codec in CODECS:
    for version in ("1.0", "2.0"):
        small = {"row_group_size": 17, "data_page_size": 100, "write_batch_size": 7}
        options = {**small, "compression": codec, "data_page_version": version}
        for name, table in (("flat", flat()), ("nested", nested())):
            write(table, f"{name}-{codec}-v{version[0]}", write_page_checksum=True, **options)
for version in ("1.0", "2.0"):
    pages = {"data_page_size": 100, "write_batch_size": 5, "data_page_version": version}
    plain = {"use_dictionary": False, "compression": "none", **pages}
    write(types(), f"types-plain-v{version[0]}", **plain)
    write(types(), f"types-delta-v{version[0]}", column_encoding=DELTA, **plain)
    write(types(), f"types-dictionary-v{version[0]}", compression="snappy", **pages)
stamps = pa.table({"at": pa.array([1700000000123456789, None, -1], pa.timestamp("ns"))})
write(stamps, "int96", use_deprecated_int96_timestamps=True)
write(flat().slice(0, 0), "empty")
write(pa.table({}), "no-columns")


def events():
    """Those that object-scenario.ts calls numbered, in the usual columns."""
    n = range(6000)
    return pa.table(
        {
            "event": pa.array(["Rows"] * 6000),
            "time": pa.array([1_760_000_000 + i for i in n], pa.int64()),
            "distinct_id": pa.array([f"user-{i % 100}" for i in n]),
            "$insert_id": pa.array([f"Rows-{i}" for i in n]),
        }
    )


ids = {"time": "DELTA_BINARY_PACKED", "$insert_id": "DELTA_BYTE_ARRAY"}
dictionary = ["event", "distinct_id"]
large = {"row_group_size": 2500, "data_page_size": 1000, "compression": "zstd"}
write(events(), "events", use_dictionary=dictionary, column_encoding=ids, **large)
