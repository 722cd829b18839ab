"""Times what general tools take for one part of what meibo does, on the same data and in the same minutes.

    cargo run --release -p meibo-benches --bin ratios -- --prepare --directory WORLD --rows 1000000 --scale 0.1
    cargo build --release
    python3 -m venv venv && venv/bin/pip install -r benches/peers/requirements.txt
    venv/bin/python benches/peers/leak_join.py WORLD target/release/meibo [ROUNDS]

DuckDB and Polars join the seized file with the lists of all clients on one key, name and phone, both without spaces and
signs, and count the matches of each client. Only the seized file's side is timed: the lists' keys are in memory already,
normalised. meibo is timed as a whole command: it opens its registry, makes all kinds of key, counts and infers. Rounds
alternate, and the median of each round's ratios counts.
"""

import csv
import json
import statistics
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

import duckdb
import polars as pl

ROUNDS = 9
THREADS = 2
SIGNS = "０１２３４５６７８９"
DIGITS = "0123456789"


def main():
    world, meibo = Path(sys.argv[1]), Path(sys.argv[2]).resolve()
    rounds = int(sys.argv[3]) if len(sys.argv) > 3 else ROUNDS
    registry, key, seized = world / "latest", world / "key.txt", world / "seized.csv"
    keys = keys_of_lists(world)
    print(f"{len(keys):,} keys of {keys['client'].n_unique()} clients; DuckDB {duckdb.__version__}, Polars {pl.__version__}")
    database = duckdb.connect(config={"threads": THREADS})
    with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
        keys.write_parquet(file.name)
        database.execute(f"create table keys as select * from read_parquet('{file.name}')")
    jobs = {
        "DuckDB": lambda: with_duckdb(database, seized),
        "Polars": lambda: with_polars(keys, seized),
        "meibo": lambda: with_meibo(meibo, key, registry, seized),
    }
    rows = sum(1 for _ in open(seized, "rb")) - 1
    times = {name: [] for name in jobs}
    matched = {}
    for _ in range(rounds):
        for name, job in jobs.items():
            start = time.perf_counter()
            matched[name] = job()
            times[name].append(time.perf_counter() - start)
    for name, seconds in times.items():
        ratio = statistics.median(peer / ours for peer, ours in zip(seconds, times["meibo"]))
        median = statistics.median(seconds)
        print(f"{name:<8}{median:8.2f} s{median / rows * 1e9:10.0f} ns a row{ratio:8.2f} times meibo   {matched[name]}")


def with_duckdb(database, seized):
    result = database.execute(
        """
        with leak as (
          select replace(replace(concat("姓", "名"), ' ', ''), '　', '') || '|'
            || regexp_replace(translate("ＴＥＬ", ?, ?), '[^0-9]', '', 'g') as key
          from read_csv(?, header = true, all_varchar = true, delim = ',')
        )
        select client, count(*) from leak join keys using (key) group by client
        """,
        [SIGNS, DIGITS, str(seized)],
    ).fetchall()
    return f"{sum(count for _, count in result):,} matches in {len(result)} clients"


def with_polars(keys, seized):
    tel = pl.col("ＴＥＬ").fill_null("")
    for sign, digit in zip(SIGNS, DIGITS):
        tel = tel.str.replace_all(sign, digit, literal=True)
    name = pl.concat_str([pl.col("姓").fill_null(""), pl.col("名").fill_null("")]).str.replace_all("[ 　]", "")
    key = pl.concat_str([name, pl.lit("|"), tel.str.replace_all("[^0-9]", "")]).alias("key")
    result = (
        pl.scan_csv(seized, infer_schema=False)
        .select(key)
        .join(keys.lazy(), on="key")
        .group_by("client")
        .len()
        .collect()
    )
    return f"{result['len'].sum():,} matches in {len(result)} clients"


def with_meibo(meibo, key, registry, seized):
    command = [meibo, "attribute", "--quiet", "--threads", str(THREADS), "--key", key, "--registry", registry]
    done = subprocess.run([*command, "--format", "json", seized], capture_output=True, check=False)
    if done.returncode > 1:
        sys.exit(done.stderr.decode())
    answer = json.loads(done.stdout)["files"][0]
    return f"{answer['verdict']}, {len(answer['sources'])} sources"


def keys_of_lists(world):
    """Client and key of every row of every list that has a name and a phone."""
    clients, keys = [], []
    for path in sorted((world / "lists").iterdir()):
        for row in rows_of(path):
            name = "".join(row.get(column, "") for column in columns(row, NAMES))
            phone = next((row[column] for column in columns(row, PHONES) if row[column]), "")
            name = "".join(unicodedata.normalize("NFKC", name).split())
            digits = "".join(c for c in unicodedata.normalize("NFKC", phone) if c.isdigit())
            if name and digits:
                clients.append(path.stem)
                keys.append(f"{name}|{digits}")
    return pl.DataFrame({"client": clients, "key": keys}).unique()


NAMES = [
    *[["姓", "名"], ["氏名（姓）", "氏名（名）"], ["last_name", "first_name"]],
    *[[name] for name in ("氏名", "名前", "お名前", "顧客名", "契約者名", "漢字氏名", "customer_name", "name")],
]
PHONES = [
    [name]
    for name in ("電話番号", "電話番号1", "電話", "TEL", "ＴＥＬ", "連絡先", "phone", "phone_number")
]


def columns(row, known):
    """The first of the known headings that the list has."""
    return next((names for names in known if all(name in row for name in names)), [])


def rows_of(path):
    for encoding in ("utf-8-sig", "cp932", "euc_jp", "utf-16"):
        try:
            text = path.read_text(encoding=encoding)
            break
        except UnicodeError:
            continue
    else:
        return
    first = text.splitlines()[0] if text else ""
    delimiter = max(",\t;|", key=first.count)
    yield from csv.DictReader(text.splitlines(), delimiter=delimiter, restval="", restkey="more")


if __name__ == "__main__":
    main()
