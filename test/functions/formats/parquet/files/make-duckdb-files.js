// Writes duckdb-*.parquet beside it: npm install @duckdb/node-api@1.5.6-r.1 && node make-duckdb-files.js
import { DuckDBInstance } from "@duckdb/node-api";

const QUERY = `
  select
    i as id,
    ('00000000-0000-4000-8000-00000000000' || i)::uuid as uuid,
    case when i = 1 then null else '{"a": 9007199254740993}'::json end as json,
    (i * 1.5)::decimal(18, 3) as "decimal",
    timestamp '2026-01-01 00:00:00.123456' + interval (i) second as "at",
    timestamptz '2026-01-01 00:00:00.5+00' as "instant",
    time '10:11:12.5' as "time",
    [i, null] as list,
    {'a': i, 'b': [{'c': 'x' || i}]} as struct,
    map {'k' || i: i} as map,
    '\\xFF\\x00'::blob as bytes,
    interval 3 day as "interval",
    'x'::enum('x', 'y') as "enum"
  from range(3) t(i)`;

const instance = await DuckDBInstance.create(":memory:");
const connection = await instance.connect();
for (const [codec, version] of [
  ["snappy", "V1"],
  ["zstd", "V2"],
  ["lz4", "V2"],
])
  await connection.run(
    `copy (${QUERY}) to 'duckdb-${codec}-${version.toLowerCase()}.parquet' (format parquet, codec '${codec}', parquet_version '${version}')`,
  );
