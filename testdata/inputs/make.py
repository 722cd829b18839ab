#!/usr/bin/env python3
"""Writes one list in the containers, encodings and layouts that lists come in, by the writers that people use.

    pip install openpyxl==3.1.5 XlsxWriter==3.3.1 xlwt==1.3.0 odfpy==1.4.1 py7zr==1.1.4 msoffcrypto-tool==6.1.0 pyarrow==26.0.1 \
        reportlab==5.1.0 fpdf2==2.8.9 pikepdf==10.18.0 pdfminer.six==20260107
    apt install fonts-vlgothic
    python3 testdata/inputs/make.py

What it writes is committed: files/ holds the list in each form, hostile/ what must end in a clear error. The people of
list.csv are made up (they are those of testdata/incident).
"""

import bz2
import csv
import datetime
import email.encoders
import email.message
import email.mime.base
import email.mime.multipart
import email.policy
import gzip
import io
import json
import lzma
import pathlib
import quopri
import random
import re
import shutil
import sqlite3
import struct
import subprocess
import tarfile
import tempfile
import zipfile
import zlib

import fpdf
import msoffcrypto.format.ooxml
import odf.opendocument
import odf.style
import odf.table
import odf.text
import openpyxl
import pdfminer.cmapdb
import pikepdf
import py7zr
import pyarrow
import pyarrow.parquet
import reportlab.lib.pagesizes
import reportlab.pdfbase.cidfonts
import reportlab.pdfbase.ttfonts
import reportlab.pdfgen.canvas
import reportlab.platypus
import xlsxwriter
import xlwt

HERE = pathlib.Path(__file__).parent
FILES, HOSTILE = HERE / "files", HERE / "hostile"
ROWS = list(csv.reader((HERE / "list.csv").open(encoding="utf-8", newline="")))
HEADER, PEOPLE = ROWS[0], ROWS[1:]
# Free of conditions where it is part of a document.
FONT = pathlib.Path("/usr/share/fonts/truetype/vlgothic/VL-Gothic-Regular.ttf")
WHEN = datetime.datetime(2020, 1, 1)
STAMP = (2020, 1, 1, 0, 0, 0)


def text(rows=ROWS, delimiter=",", ends="\r\n", quoting=csv.QUOTE_MINIMAL):
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter, lineterminator=ends, quoting=quoting).writerows(rows)
    return out.getvalue()


def digits(value):
    return "".join(c for c in value if c.isdigit())


def put(name, data):
    path = FILES / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return path


def texts():
    put("utf-8.csv", text())
    put("utf-8-mark.csv", b"\xef\xbb\xbf" + text().encode())
    put("cp932.csv", text().encode("cp932"))
    put("euc-jp.csv", text(ends="\n").encode("euc_jp"))
    put("iso-2022-jp.csv", text(ends="\n").encode("iso2022_jp"))
    put("utf-16le.tsv", b"\xff\xfe" + text(delimiter="\t").encode("utf-16-le"))
    put("utf-16be.tsv", b"\xfe\xff" + text(delimiter="\t").encode("utf-16-be"))
    put("utf-16-without-mark.csv", text().encode("utf-16-le"))
    put("tabs.txt", text(delimiter="\t"))
    put("semicolons.csv", text(delimiter=";"))
    put("pipes.txt", text(delimiter="|", ends="\n"))
    put("all-quoted.csv", text(quoting=csv.QUOTE_ALL))
    put("lone-returns.csv", text(ends="\r"))
    put("no-header.csv", text(PEOPLE))
    put("title-above.csv", "顧客名簿　2020年1月1日現在\r\n\r\n" + text())
    put("told-by-sep.csv", "sep=;\r\n" + text(delimiter=";"))
    put("no-name-ending", text())


def objects():
    lines = [dict(zip(HEADER, row)) for row in PEOPLE]
    put("list.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    put("escaped.json", json.dumps(lines))
    put("indented.json", json.dumps(lines, ensure_ascii=False, indent=2))
    nested = []
    for row in PEOPLE:
        cells = dict(zip(HEADER, row))
        home = {"住所": cells["住所"], "建物名": cells["建物名"] or None, "郵便": cells["郵便"]}
        nested.append({"名前": cells["名前"], "電話": [cells["電話"]], "自宅": home, "生年月日": cells["生年月日"], "退会": False})
    put("nested.jsonl", "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in nested))
    put("lines.jsonl.gz", gzip.compress((FILES / "list.jsonl").read_bytes(), mtime=0))


def compressed():
    data = text().encode("cp932")
    put("list.csv.gz", gzip.compress(data, mtime=0))
    put("list.csv.bz2", bz2.compress(data))
    put("list.csv.xz", lzma.compress(data))


def member(archive, name, data, how=zipfile.ZIP_DEFLATED):
    info = zipfile.ZipInfo(name, STAMP)
    info.compress_type = how
    archive.writestr(info, data)


def zipped(members, how=zipfile.ZIP_DEFLATED):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in members:
            member(archive, name, data, how)
    return out.getvalue()


def tarred(members, form=tarfile.GNU_FORMAT):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size, info.mtime = len(data), 1577836800
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def cp932_name(data, name):
    """What Windows writes: the name's bytes in CP932, and no flag that says otherwise."""
    plain = b"X" * len(name.encode("cp932"))
    return zipped([(plain.decode(), data)]).replace(plain, name.encode("cp932"))


def archives():
    data = text().encode("cp932")
    put("deflated.zip", zipped([("list.csv", data)]))
    put("stored.zip", zipped([("list.csv", data)], zipfile.ZIP_STORED))
    put("bzip2.zip", zipped([("list.csv", data)], zipfile.ZIP_BZIP2))
    put("lzma.zip", zipped([("list.csv", data)], zipfile.ZIP_LZMA))
    put("in-folders.zip", zipped([("顧客/", b""), ("顧客/2020/名簿.csv", data)]))
    put("name-in-cp932.zip", cp932_name(data, "顧客名簿.csv"))
    put("two-lists.zip", zipped([("前半.csv", text(ROWS[:21]).encode()), ("後半.csv", text([HEADER] + ROWS[21:]).encode())]))
    put("zip-in-zip.zip", zipped([("inner.zip", zipped([("list.csv", data)]))]))
    put("gz-in-zip.zip", zipped([("list.csv.gz", gzip.compress(data, mtime=0))]))
    put("list.tar", tarred([("list.csv", data)]))
    put("ustar.tar", tarred([("a" * 90 + "/" + "b" * 60 + "/list.csv", data)], tarfile.USTAR_FORMAT))
    put("pax.tar", tarred([("顧客/" * 30 + "名簿.csv", data)], tarfile.PAX_FORMAT))
    put("long-name.tar", tarred([("n" * 150 + "/list.csv", data)]))
    put("list.tar.gz", gzip.compress(tarred([("list.csv", data)]), mtime=0))
    put("list.tar.bz2", bz2.compress(tarred([("list.csv", data)])))
    put("list.tar.xz", lzma.compress(tarred([("list.csv", data)])))
    put("book-in-zip.zip", zipped([("名簿.xlsx", (FILES / "openpyxl.xlsx").read_bytes())]))
    put("zip-in-tar.tar.gz", gzip.compress(tarred([("a.zip", zipped([("list.csv", data)]))]), mtime=0))


def birth(value):
    return datetime.date(*(int(part) for part in value.split("/"))) if value else None


def numbers(row):
    """A row as people type it into a spreadsheet: numbers and dates, so that zeros at the front are gone."""
    cells = dict(zip(HEADER, row))
    for name in ["電話", "郵便"]:
        cells[name] = int(digits(cells[name])) if digits(cells[name]) else None
    cells["年令"] = int(cells["年令"]) if cells["年令"] else None
    cells["生年月日"] = birth(cells["生年月日"])
    return [cells[name] for name in HEADER]


def without_time(book):
    """openpyxl writes the time of day into each member, and when it was saved."""
    with zipfile.ZipFile(book) as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    saved = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*")
    return zipped([(name, saved.sub(rb"\g<1>2020-01-01T00:00:00Z", data)) for name, data in members])


def save(book, name):
    out = io.BytesIO()
    book.save(out)
    put(name, without_time(out))


def one_sheet(rows, title="Sheet1"):
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    return book, sheet


def books():
    save(one_sheet(ROWS)[0], "openpyxl.xlsx")
    save(one_sheet([HEADER] + [numbers(row) for row in PEOPLE])[0], "numbers-and-dates.xlsx")
    save(one_sheet([numbers(row) for row in PEOPLE])[0], "numbers-no-header.xlsx")
    book, _ = one_sheet([["月", "件数"], ["1月", 20], ["2月", 20]], "集計")
    hidden = book.create_sheet("顧客")
    for row in ROWS:
        hidden.append(row)
    hidden.sheet_state = "hidden"
    book.create_sheet("Sheet3")
    save(book, "hidden-sheet.xlsx")
    book, sheet = one_sheet(ROWS)
    sheet.sheet_state = "visible"
    very = book.create_sheet("空")
    very.sheet_state = "veryHidden"
    save(book, "very-hidden-empty.xlsx")
    book, sheet = one_sheet([])
    sheet["C5"] = "顧客名簿"
    for at, row in enumerate(ROWS):
        for to, value in enumerate(row):
            sheet.cell(8 + at, 3 + to, value)
    save(book, "title-and-margin.xlsx")
    book, sheet = one_sheet([HEADER] + [numbers(row) for row in PEOPLE])
    for row in sheet.iter_rows(min_row=2):
        row[HEADER.index("電話")].number_format = "0000000000"
        row[HEADER.index("郵便")].number_format = "000-0000"
        row[HEADER.index("生年月日")].number_format = '[$-411]ggge"年"m"月"d"日"'
    save(book, "formats.xlsx")
    book, sheet = one_sheet(ROWS)
    for at in range(2, len(ROWS) + 1):
        sheet.cell(at, len(HEADER) + 1, f"=A{at}&B{at}")
    save(book, "formulas.xlsx")
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.set_properties({"created": WHEN})
    sheet = book.add_worksheet("名簿")
    bold = book.add_format({"bold": True})
    for at, row in enumerate(ROWS):
        for to, value in enumerate(row):
            if at and to == HEADER.index("名前") and len(value) > 2:
                sheet.write_rich_string(at, to, bold, value[:1], value[1:])
            else:
                sheet.write_string(at, to, value)
    book.close()
    put("rich-text.xlsx", out.getvalue())
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True})
    book.set_properties({"created": WHEN})
    sheet = book.add_worksheet("1904")
    day = book.add_format({"num_format": "yyyy/mm/dd"})
    sheet.write_row(0, 0, HEADER)
    for at, row in enumerate(PEOPLE, 1):
        for to, value in enumerate(numbers(row)):
            if isinstance(value, datetime.date):
                sheet.write_datetime(at, to, datetime.datetime.combine(value, datetime.time()), day)
            elif value is not None:
                sheet.write(at, to, value)
    book.close()
    put("days-from-1904.xlsx", out.getvalue())


def old_books():
    for name, rows in [("text.xls", ROWS), ("numbers.xls", [HEADER] + [numbers(row) for row in PEOPLE])]:
        book = xlwt.Workbook(encoding="utf-16-le")
        first, sheet = book.add_sheet("集計"), book.add_sheet("名簿")
        first.visibility = 1
        day = xlwt.easyxf(num_format_str="yyyy/mm/dd")
        for at, row in enumerate(rows):
            for to, value in enumerate(row):
                if isinstance(value, datetime.date):
                    sheet.write(at, to, value, day)
                elif value is not None:
                    sheet.write(at, to, value)
        out = io.BytesIO()
        book.save(out)
        put(name, out.getvalue())


def open_document(rows, repeated=1):
    document = odf.opendocument.OpenDocumentSpreadsheet()
    table = odf.table.Table(name="名簿")
    for row in rows:
        line = odf.table.TableRow()
        for value in row:
            if isinstance(value, datetime.date):
                cell = odf.table.TableCell(valuetype="date", datevalue=value.isoformat())
            elif isinstance(value, int):
                cell = odf.table.TableCell(valuetype="float", value=value, numbercolumnsrepeated=repeated)
            else:
                cell = odf.table.TableCell(valuetype="string")
            cell.addElement(odf.text.P(text="" if value is None else str(value)))
            line.addElement(cell)
        table.addElement(line)
    document.spreadsheet.addElement(table)
    out = io.BytesIO()
    document.write(out)
    with zipfile.ZipFile(out) as archive:
        return zipped([(info.filename, archive.read(info)) for info in archive.infolist()])


def open_documents():
    put("text.ods", open_document(ROWS))
    put("numbers.ods", open_document([HEADER] + [numbers(row) for row in PEOPLE]))


def sevened(members, **more):
    # It writes the time of day.
    py7zr.py7zr.ArchiveTimestamp.from_now = lambda: py7zr.py7zr.ArchiveTimestamp(132223104000000000)
    out = io.BytesIO()
    with py7zr.SevenZipFile(out, "w", **more) as archive:
        for name, data in members:
            archive.writestr(data, name)
    return out.getvalue()


def seven():
    data = text().encode("cp932")
    halves = [("前半.csv", text(ROWS[:21]).encode()), ("後半.csv", text([HEADER] + ROWS[21:]).encode())]
    put("solid.7z", sevened(halves))
    for name, how in [("lzma", py7zr.FILTER_LZMA), ("bzip2", py7zr.FILTER_BZIP2), ("deflate", py7zr.FILTER_DEFLATE), ("copy", py7zr.FILTER_COPY)]:
        put(f"{name}.7z", sevened([("list.csv", data)], filters=[{"id": how}]))
    put("ppmd.7z", sevened([("list.csv", data)], filters=[{"id": py7zr.FILTER_PPMD, "order": 6, "mem": 24}]))
    put("book-in-7z.7z", sevened([("名簿.xlsx", (FILES / "openpyxl.xlsx").read_bytes())]))


def message(attachments, subject="名簿"):
    """A message with attachments: (name, kind, bytes) each."""
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = "a@example.com", "b@example.com", subject
    mail["Date"], mail["Message-ID"] = "Wed, 01 Jan 2020 00:00:00 +0900", "<1@example.com>"
    mail["MIME-Version"] = "1.0"
    mail.set_content("添付の通りです。\n090-0000-0000\n")
    for name, (main, sub), data in attachments:
        mail.add_attachment(data, maintype=main, subtype=sub, filename=name)
    mail.set_boundary("=-boundary-=")
    return mail


def mails():
    data = text().encode("cp932")
    octets, sheet = ("application", "octet-stream"), ("application", "vnd.ms-excel")
    one = message([("顧客名簿.csv", octets, data)])
    put("attachment.eml", one.as_bytes())
    put("book-attached.eml", message([("名簿.xlsx", sheet, (FILES / "openpyxl.xlsx").read_bytes())]).as_bytes())
    put("zip-attached.eml", message([("a.zip", octets, zipped([("list.csv", data)]))]).as_bytes())
    outer = message([])
    outer.add_attachment(one)
    outer.set_boundary("=-outer-=")
    put("forwarded.eml", outer.as_bytes())
    # As text of the kind text/csv, whose character set nobody named.
    legacy = email.mime.multipart.MIMEMultipart(boundary="=-legacy-=")
    legacy["From"], legacy["Message-ID"] = "a@example.com", "<2@example.com>"
    part = email.mime.base.MIMEBase("text", "csv", name="list.csv")
    part.set_payload(data)
    email.encoders.encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename="list.csv")
    legacy.attach(part)
    put("text-attached.eml", legacy.as_bytes())
    part = email.mime.base.MIMEBase("text", "csv", name="list.csv")
    part.set_payload(quopri.encodestring(text().encode()))
    part["Content-Transfer-Encoding"] = "quoted-printable"
    part.add_header("Content-Disposition", "attachment", filename="list.csv")
    legacy.set_payload([part])
    put("quoted-printable.eml", legacy.as_bytes())
    halves = [text(ROWS[:21]).encode("cp932"), text([HEADER] + ROWS[21:]).encode("cp932")]
    lines = [b"From a@example.com Wed Jan  1 00:00:00 2020\n" + message([("list.csv", octets, half)]).as_bytes().replace(b"\r\n", b"\n") for half in halves]
    put("two.mbox", b"\n".join(lines))


def database(*steps, after="", encoding="UTF-8"):
    """A database as its file: statements, each alone or with the rows that it is run for."""
    with tempfile.TemporaryDirectory() as directory:
        path = pathlib.Path(directory) / "db"
        base = sqlite3.connect(path, isolation_level=None)
        base.execute(f"PRAGMA encoding = '{encoding}'")
        base.execute("PRAGMA page_size = 1024")
        base.execute("PRAGMA synchronous = OFF")
        for step in steps:
            base.execute(step) if isinstance(step, str) else base.executemany(*step)
        base.execute("VACUUM")
        if after:
            base.execute(after)
        base.close()
        data = bytearray(path.read_bytes())
    # The version of the writer.
    data[96:100] = bytes(4)
    return bytes(data)


def columns(kind="TEXT"):
    return ", ".join(f'"{name}" {kind}' for name in HEADER)


def places(count=len(HEADER)):
    return ", ".join("?" * count)


def databases():
    fill = (f"INSERT INTO customers VALUES ({places()})", PEOPLE)
    put("text.db", database(f"CREATE TABLE customers ({columns()})", fill))
    put("write-ahead.sqlite", database(f"CREATE TABLE customers ({columns()})", fill, after="PRAGMA journal_mode = WAL"))
    put("utf-16.db", database(f"CREATE TABLE customers ({columns()})", fill, encoding="UTF-16le"))
    typed = [[value.isoformat() if isinstance(value, datetime.date) else value for value in numbers(row)] for row in PEOPLE]
    put("numbers.db", database(f"CREATE TABLE customers ({columns('')})", (fill[0], typed)))
    put("without-rowid.db", database(
        f"""CREATE TABLE "the ""customers""'!" ({columns()}, PRIMARY KEY ("会員ID")) WITHOUT ROWID""",
        (f"""INSERT INTO "the ""customers""'!" VALUES ({places()})""", PEOPLE)))
    put("beside-others.db", database(
        "CREATE TABLE logbook (id INTEGER PRIMARY KEY AUTOINCREMENT, log TEXT)",
        f"CREATE TABLE customers (photo BLOB, {columns()})",
        (f"INSERT INTO customers VALUES (zeroblob(2000), {places()})", PEOPLE),
        "CREATE VIEW names AS SELECT 名前 FROM customers",
        "CREATE INDEX byname ON customers (名前)",
        "CREATE TRIGGER logs AFTER INSERT ON customers BEGIN INSERT INTO logbook (log) VALUES (new.名前); END"))
    old = [[value.encode("cp932") for value in row] for row in PEOPLE]
    casts = ", ".join(["CAST(? AS TEXT)"] * len(HEADER))
    put("old-text.db", database(f"CREATE TABLE customers ({columns()})", (f"INSERT INTO customers VALUES ({casts})", old)))
    put("blobs.db", database(f"CREATE TABLE customers ({columns('BLOB')})", (fill[0], [[v.encode() for v in row] for row in PEOPLE])))
    put("database-in-zip.zip", zipped([("app/顧客.db", (FILES / "text.db").read_bytes())]))


def hostile_databases():
    whole = (FILES / "text.db").read_bytes()
    bad("cut.db", whole[: len(whole) * 2 // 3])
    bad("header-alone.db", whole[:100])
    bad("magic-alone.db", whole[:16])
    noise = random.Random(8).randbytes(5_000)
    bad("noise-after-magic.db", whole[:16] + noise)
    bad("noise-after-header.db", whole[:100] + noise)
    flipped = bytearray(whole)
    # The headers of pages.
    for at in range(2_048, len(whole), 2_048):
        flipped[at] ^= 0xFF
    bad("flipped.db", bytes(flipped))
    bad("views-alone.db", database(
        "CREATE VIEW many AS WITH RECURSIVE c(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM c) SELECT '山田太郎' AS 氏名, i FROM c",
        "CREATE VIEW again AS SELECT a.* FROM many AS a, many AS b"))
    # Triggers that call each other, and a column that is worked out, each time anew.
    bad("triggers.db", database(
        "CREATE TABLE a (x)", "CREATE TABLE b (x)",
        "CREATE TRIGGER one AFTER INSERT ON a BEGIN INSERT INTO b VALUES (new.x); END",
        "CREATE TRIGGER two AFTER INSERT ON b BEGIN INSERT INTO a VALUES (new.x); END",
        "CREATE TABLE worked (n, t TEXT AS (replace(hex(zeroblob(500000)), '0', '000')))",
        "INSERT INTO worked (n) VALUES (1)"))
    bad("pages-in-many-places.db.gz", gzip.compress(pages_in_many_places(), mtime=0))
    bad("schema-in-many-places.db.gz", gzip.compress(schema_in_many_places(), mtime=0))
    bad("many-tables.db.gz", gzip.compress(many_tables(), mtime=0))
    bad("names-broken.db", whole.replace(b"CREATE TABLE customers", b"CREATE TABLE customers"[::-1]))


def listed(rows, quote, first="'"):
    """The values of rows, in parentheses."""
    return ["(" + ", ".join(first + quote(value) + "'" if value else "NULL" for value in row) + ")" for row in rows]


def doubled(value):
    return value.replace("'", "''")


def dumps():
    """As their writers write them: those of servers are imitated, that of SQLite is its own."""
    names = ", ".join(f"`{name}`" for name in HEADER)
    defined = ",\n".join(f"  `{name}` varchar(255) DEFAULT NULL COMMENT 'it\\'s, {name}'" for name in HEADER)
    rows = ",".join(listed(PEOPLE, lambda value: value.replace("'", "\\'"))).replace(", ", ",")
    head = "-- MySQL dump 10.13  Distrib 8.0.36, for Linux (x86_64)\n--\n-- Host: localhost    Database: shop\n" + "-- ------------------------------------------------------\n"
    head += "/*!40101 SET NAMES utf8mb4 */;\n/*!40103 SET TIME_ZONE='+00:00' */;\n\n"
    table = f"DROP TABLE IF EXISTS `customers`;\nCREATE TABLE `customers` (\n{defined},\n  KEY `会員` (`会員ID`)\n) ENGINE=InnoDB DEFAULT CHARSET=utf8mb4;\n\n"
    fill = f"LOCK TABLES `customers` WRITE;\n/*!40000 ALTER TABLE `customers` DISABLE KEYS */;\nINSERT INTO `customers` VALUES {rows};\nUNLOCK TABLES;\n"
    trigger = "DELIMITER ;;\n/*!50003 CREATE*/ /*!50003 TRIGGER logs AFTER INSERT ON customers FOR EACH ROW BEGIN INSERT INTO log VALUES ('x'); END */;;\nDELIMITER ;\n"
    done = "\n-- Dump completed on 2020-01-01  0:00:00\n"
    put("mysqldump.sql", head + table + fill + trigger + done)
    put("mysqldump.sql.gz", gzip.compress((head + table + fill + done).encode("cp932"), mtime=0))
    each = "".join(f"INSERT INTO `customers` ({names}) VALUES {values};\n" for values in listed(PEOPLE, doubled))
    put("phpmyadmin.sql", ("-- phpMyAdmin SQL Dump\n-- version 4.9\n\nSET SQL_MODE = 'x';\n\n" + each).encode("euc_jp"))
    quoted = ", ".join(f'"{name}"' for name in HEADER)
    head = "--\n-- PostgreSQL database dump\n--\n\nSET statement_timeout = 0;\nSET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n\n"
    head += "CREATE FUNCTION public.f() RETURNS trigger LANGUAGE plpgsql AS $_$ BEGIN INSERT INTO log VALUES ('x'); RETURN new; END; $_$;\n\n"
    head += f"CREATE TABLE public.customers (\n" + ",\n".join(f'    "{name}" text' for name in HEADER) + "\n);\n\n"
    done = "\n\n--\n-- PostgreSQL database dump complete\n--\n\n"
    lines = "".join("\t".join(value or "\\N" for value in row) + "\n" for row in PEOPLE)
    put("pg_dump.sql", head + f"COPY public.customers ({quoted}) FROM stdin;\n{lines}\\.\n" + done)
    put("pg_dump-inserts.sql", head + "".join(f"INSERT INTO public.customers VALUES {values};\n" for values in listed(PEOPLE, doubled)) + done)
    brackets = ", ".join(f"[{name}]" for name in HEADER)
    server = "USE [shop]\r\nGO\r\n/****** Object:  Table [dbo].[customers]    Script Date: 2020/01/01 ******/\r\nSET ANSI_NULLS ON\r\nGO\r\n"
    server += "CREATE TABLE [dbo].[customers](\r\n" + ",\r\n".join(f"\t[{name}] [nvarchar](50) NULL" for name in HEADER) + "\r\n) ON [PRIMARY]\r\nGO\r\n"
    server += "".join(f"INSERT [dbo].[customers] ({brackets}) VALUES {values}\r\nGO\r\n" for values in listed(PEOPLE, doubled, first="N'"))
    put("server.sql", b"\xff\xfe" + server.encode("utf-16-le"))
    oracle = "REM INSERTING into CUSTOMERS\r\nSET DEFINE OFF;\r\n"
    for row in PEOPLE:
        cells = ["'" + doubled(value) + "'" if value else "null" for value in row]
        at = HEADER.index("生年月日")
        cells[at] = f"to_date({cells[at]},'YYYY/MM/DD')"
        oracle += f"Insert into CUSTOMERS ({','.join(HEADER)}) values ({','.join(cells)});\r\n"
    put("oracle.sql", oracle.encode("cp932"))
    base = sqlite3.connect(":memory:")
    base.execute(f"CREATE TABLE customers ({columns()})")
    base.executemany(f"INSERT INTO customers VALUES ({places()})", PEOPLE)
    put("sqlite.sql", "PRAGMA foreign_keys=OFF;\n" + "\n".join(base.iterdump()) + "\n")
    put("dump-in-zip.zip", zipped([("backup/顧客.sql", (FILES / "pg_dump.sql").read_bytes())]))


def hostile_dumps():
    whole = (FILES / "mysqldump.sql").read_bytes()
    bad("cut.sql", whole[: whole.index(b"INSERT INTO") + 3_000])
    bad("cut-between-statements.sql", whole[: whole.index(b"UNLOCK")])
    copied = (FILES / "pg_dump.sql").read_bytes()
    bad("cut-between-lines.sql", copied[: copied.rindex(b"\n", 0, len(copied) - 500) + 1])
    bad("tables-alone.sql", whole[: whole.index(b"LOCK TABLES")] + b"-- Dump completed\n")
    start = b"INSERT INTO t (\xe6\xb0\x8f\xe5\x90\x8d) VALUES "
    bad("quote-unclosed.sql", start + b"('a'),('b),('c')" + b"\n" * 5_000)
    bad("comment-unclosed.sql", start + b"('a') /* " * 900)
    bad("parentheses.sql.gz", gzip.compress(start + b"(" * (20 << 20), mtime=0))
    bad("elements.sql.gz", gzip.compress(b"CREATE TABLE t (" + b"a int," * (4 << 20), mtime=0))
    for name, piece in [("one-cell", b"x"), ("one-row", b"','")]:
        bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
        packed = bomb.compress(start + b"('") + b"".join(bomb.compress(piece * (1 << 20)) for _ in range(1 << 5)) + bomb.flush()
        bad(f"{name}.sql.gz.gz", gzip.compress(packed, mtime=0))


def printed(text):
    """As telephones write text into cards."""
    return "".join(f"={byte:02X}" for byte in text.encode("cp932"))


def split_address(address):
    region = re.match("(.{2,3}?[都道府県])?(.*)", address)
    return region[1] or "", region[2]


def card(row, version):
    """A person as a card; age and number have no place in one, and sex in none before 4.0."""
    cells = dict(zip(HEADER, row))
    name = re.split("[\u3000 ]", cells["名前"].strip()) + [""]
    region, street = split_address(cells["住所"])
    born = birth(cells["生年月日"]).isoformat()
    if version == "2.1":
        how = ";CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:"
        lines = [
            "N" + how + ";".join(printed(part) for part in name[:2]) + ";;;",
            f"TEL;CELL;VOICE:{cells['電話']}",
            "ADR;HOME" + how + ";" + ";".join(printed(part) for part in [cells["建物名"], street, "", region]) + f";{cells['郵便']};",
            f"BDAY:{born.replace('-', '')}",
        ]
        # In lines of 76, a broken one going on behind an equals sign.
        lines = [re.sub("(?<=:).*", lambda value: "=\r\n".join(re.findall("(?:=..|[^=]){1,24}", value[0])), line) for line in lines]
        lines.append("PHOTO;ENCODING=BASE64;TYPE=JPEG:\r\n " + "\r\n ".join(["QUJD" * 18] * 3) + "\r\n")
    else:
        escaped = [part.replace(",", "\\,").replace(";", "\\;") for part in [cells["建物名"], street, region]]
        lines = [
            f"N:{name[0]};{name[1]};;;",
            f"FN:{name[1]} {name[0]}",
            f"TEL;TYPE=HOME:{cells['電話']}" if version == "3.0" else f"TEL;VALUE=uri;TYPE=\"home,voice\":tel:{digits(cells['電話'])}",
            f"item1.ADR;TYPE=HOME:;{escaped[0]};{escaped[1]};;{escaped[2]};{cells['郵便']};日本",
            "item1.X-ABLabel:自宅",
            f"BDAY:{born}",
            "NOTE:" + "お得意様\\n" * 9,
        ]
        if version == "4.0":
            lines.append(f"GENDER:{cells['性別']}")
        lines = [line[:40] + "".join("\r\n " + line[at : at + 40] for at in range(40, len(line), 40)) for line in lines]
    return "\r\n".join(["BEGIN:VCARD", f"VERSION:{version}"] + lines + ["END:VCARD", ""])


def cards():
    for version in ["2.1", "3.0", "4.0"]:
        put(f"cards-{version}.vcf", "".join(card(row, version) for row in PEOPLE))
    put("cards-cp932.vcf", "".join(card(row, "3.0") for row in PEOPLE).encode("cp932"))
    put("cards-in-zip.zip", zipped([(f"{number}.vcf", "".join(card(row, "3.0") for row in PEOPLE[number::2]).encode()) for number in range(2)]))


def hostile_cards():
    whole = (FILES / "cards-3.0.vcf").read_bytes()
    bad("cut.vcf", whole[:5_000])
    bad("no-end.vcf", whole.replace(b"END:VCARD\r\n", b""))
    bad("nothing-in-it.vcf", b"BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n" * 50)
    bad("agents.vcf", b"BEGIN:VCARD\r\nAGENT:\r\n" * 5_000)
    for name, piece in [("one-line", b"A" * 76), ("folded", b"A" * 70 + b"\r\n "), ("printed", b"=E6=BC=A2=\r\n")]:
        start = b"BEGIN:VCARD\r\nNOTE;ENCODING=QUOTED-PRINTABLE:"
        bad(f"{name}.vcf.gz.gz", gzip.compress(gzip.compress(start + piece * ((16 << 20) // len(piece)), mtime=0), mtime=0))


def parquets():
    """In a directory of their own, as not every build reads them."""
    directory = HERE / "parquet"
    directory.mkdir(exist_ok=True)
    table = pyarrow.table({name: [row[at] or None for row in PEOPLE] for at, name in enumerate(HEADER)})
    typed = [numbers(row) for row in PEOPLE]
    other = pyarrow.table({name: [row[at] or None for row in typed] for at, name in enumerate(HEADER)})
    for name, table, how in [
        ("text", table, "snappy"), ("gzip", table, "gzip"), ("lz4", table, "lz4"), ("none", table, "none"),
        ("numbers", other, "snappy"), ("hostile-zstd", table, "zstd"),
    ]:
        pyarrow.parquet.write_table(table, directory / f"{name}.parquet", compression=how, row_group_size=15)
    whole = (directory / "text.parquet").read_bytes()
    (directory / "hostile-cut.parquet").write_bytes(whole[:-100])
    flipped = bytearray(whole)
    for at in range(500, 3_000, 100):
        flipped[at] ^= 0xFF
    (directory / "hostile-flipped.parquet").write_bytes(flipped)
    (directory / "hostile-magic-alone.parquet").write_bytes(whole[:5])


PDF = HERE / "pdf"
LANDSCAPE = reportlab.lib.pagesizes.landscape(reportlab.lib.pagesizes.A4)
# From left to right, in points.
COLUMNS = [70, 28, 28, 250, 130, 90, 64, 56, 60]


def pdfs():
    """In a directory of their own, as not every build reads them."""
    PDF.mkdir(exist_ok=True)
    fonts = reportlab.pdfbase.pdfmetrics
    fonts.registerFont(reportlab.pdfbase.cidfonts.UnicodeCIDFont("HeiseiMin-W3"))
    fonts.registerFont(reportlab.pdfbase.cidfonts.CIDFont("HeiseiKakuGo-W5", "90ms-RKSJ-H"))
    fonts.registerFont(reportlab.pdfbase.ttfonts.TTFont("VL", FONT))
    ruled("table-ucs2.pdf", "HeiseiMin-W3")
    ruled("table-embedded.pdf", "VL")
    placed("placed-cp932.pdf", "HeiseiKakuGo-W5-90ms-RKSJ-H", lambda cell: cell.encode("cp932").decode("latin-1"))
    placed("placed-tight.pdf", "VL", lambda cell: cell, gap=3)
    placed("turned.pdf", "HeiseiMin-W3", lambda cell: cell, turned=True)
    spaced("spaced.pdf")
    identity("identity-h.pdf")
    again("object-streams.pdf", "table-ucs2.pdf", object_stream_mode=pikepdf.ObjectStreamMode.generate)
    again("numbers-of-letters.pdf", "table-ucs2.pdf", change=by_numbers)
    again("in-a-form.pdf", "table-ucs2.pdf", change=in_forms)
    by_office("sheet-wider-than-page.pdf")
    (PDF / "in-zip.zip").write_bytes(zipped([("名簿.pdf", (PDF / "table-ucs2.pdf").read_bytes())]))


def by_office(name):
    """A sheet that is wider than a page. Every file is another, and needs LibreOffice: what is there is kept."""
    if (PDF / name).exists() or shutil.which("soffice") is None:
        return
    book = openpyxl.Workbook()
    for row in ROWS:
        book.active.append(row)
    for letter, width in zip("ABCDEFGHI", [12, 4.2, 4.2, 40, 22, 13.2, 11, 9, 10]):
        book.active.column_dimensions[letter].width = width
    with tempfile.TemporaryDirectory() as directory:
        book.save(pathlib.Path(directory) / "sheet.xlsx")
        subprocess.run(["soffice", "--headless", "--convert-to", "pdf", "sheet.xlsx"], check=True, cwd=directory)
        shutil.copy(pathlib.Path(directory) / "sheet.pdf", PDF / name)


def ruled(name, font):
    """As programs for reports print a table: ruled, its headings on each page."""
    title = reportlab.platypus.Paragraph("<font name='%s' size='12'>会員名簿　2020年1月1日現在</font>" % font)
    table = reportlab.platypus.LongTable(ROWS, COLUMNS, repeatRows=1)
    table.setStyle([("FONT", (0, 0), (-1, -1), font, 8), ("GRID", (0, 0), (-1, -1), 0.25, (0, 0, 0))])
    margins = {f"{side}Margin": 30 for side in ["left", "right", "top", "bottom"]}
    numbered = lambda canvas, document: canvas.drawRightString(800, 15, f"- {document.page} -")
    document = reportlab.platypus.SimpleDocTemplate(str(PDF / name), pagesize=LANDSCAPE, invariant=1, **margins)
    document.build([title, table], onFirstPage=numbered, onLaterPages=numbered)


def placed(name, font, written, gap=None, turned=False):
    """Each cell put where it goes; the columns as wide as they are, or no wider than they must be."""
    size = reportlab.lib.pagesizes.A4 if turned else LANDSCAPE
    canvas = reportlab.pdfgen.canvas.Canvas(str(PDF / name), pagesize=size, invariant=1)
    width = reportlab.pdfbase.pdfmetrics.stringWidth
    columns = COLUMNS if gap is None else [max(width(row[at], font, 7) for row in ROWS) + gap for at in range(len(HEADER))]
    for start in range(0, len(PEOPLE), 15):
        if turned:
            canvas.rotate(90)
            canvas.translate(0, -size[0])
        canvas.setFont(font, 7)
        for line, row in enumerate([HEADER] + PEOPLE[start : start + 15]):
            for at, cell in enumerate(row):
                canvas.drawString(20 + sum(columns[:at]), 560 - 14 * line, written(cell))
        canvas.showPage()
    canvas.save()


def spaced(name):
    """Columns kept apart by blanks, in letters of one width, as lists of mainframes are printed."""
    kanji = lambda value: sum(2 if len(c.encode("cp932")) > 1 else 1 for c in value)
    widths = [max(kanji(row[at]) for row in ROWS) + 3 for at in range(len(HEADER))]
    canvas = reportlab.pdfgen.canvas.Canvas(str(PDF / name), pagesize=LANDSCAPE, invariant=1)
    font = reportlab.pdfbase.pdfmetrics.getFont("HeiseiKakuGo-W5-90ms-RKSJ-H")
    for start in range(0, len(PEOPLE), 20):
        lines = canvas.beginText(20, 560)
        lines.setFont(font.fontName, 7)
        for row in [HEADER] + PEOPLE[start : start + 20]:
            line = "".join(cell + " " * (wide - kanji(cell)) for cell, wide in zip(row, widths))
            lines.textLine(line.encode("cp932").decode("latin-1"))
        canvas.drawText(lines)
        canvas.showPage()
    canvas.save()


def identity(name):
    """Letters by their numbers in a font that comes with the file, as office programs write them."""
    document = fpdf.FPDF(orientation="landscape", unit="pt", format="A4")
    document.set_creation_date(WHEN.replace(tzinfo=datetime.timezone.utc))
    document.add_font("VL", fname=FONT)
    document.set_font("VL", size=8)
    document.add_page()
    for row in ROWS:
        for cell, wide in zip(row, COLUMNS):
            document.cell(wide, 14, cell)
        document.ln()
    document.output(str(PDF / name))


def again(name, of, change=lambda document: None, **how):
    with pikepdf.open(PDF / of) as document:
        change(document)
        document.save(PDF / name, deterministic_id="encryption" not in how, **how)


def by_numbers(document):
    """Letters by their numbers in the collection of Japanese ones, without a table of what these are."""
    font = next(value for page in document.pages for value in page.resources.Font.values() if "/DescendantFonts" in value)
    numbers_of = pdfminer.cmapdb.CMapDB.get_cmap("UniJIS-UCS2-H").decode
    font.Encoding = pikepdf.Name("/Identity-H")
    for page in document.pages:
        steps, wide = [], False
        for operands, operator in pikepdf.parse_content_stream(page):
            if str(operator) == "Tf":
                wide = "/DescendantFonts" in page.resources.Font[operands[0]]
            if str(operator) == "Tj" and wide:
                numbers = b"".join(struct.pack(">H", at) for at in numbers_of(bytes(operands[0])))
                operands = [pikepdf.String(numbers)]
            steps.append((operands, operator))
        page.Contents = document.make_stream(pikepdf.unparse_content_stream(steps))


def in_forms(document):
    """What is drawn on a page, as a drawing of its own that the page shows."""
    for page in document.pages:
        drawing = document.make_stream(page.Contents.read_bytes())
        drawing.Type, drawing.Subtype = pikepdf.Name("/XObject"), pikepdf.Name("/Form")
        drawing.BBox, drawing.Resources = page.MediaBox, page.Resources
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Drawing=drawing))
        page.Contents = document.make_stream(b"q 0.5 0 0 0.5 10 10 cm /Drawing Do Q")


def objects_of_pdf(*objects, root=1):
    """A file of these objects, numbered from 1."""
    out, starts = bytearray(b"%PDF-1.5\n"), []
    for number, data in enumerate(objects, 1):
        starts.append(len(out))
        out += b"%d 0 obj\n" % number + data + b"\nendobj\n"
    table = b"".join(b"%010d 00000 n \n" % start for start in starts)
    return bytes(out) + b"xref\n0 %d\n0000000000 65535 f \n" % (len(starts) + 1) + table + (
        b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(starts) + 1, root, len(out)))


def pdf_stream(data, more=b"/Filter/FlateDecode"):
    return b"<</Length %d%s>>\nstream\n" % (len(data), more) + data + b"\nendstream"


def one_page(content, *more, resources=b"<<>>"):
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources %s>>" % resources
    return objects_of_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content, *more)


def packed_zeros(mebibytes, start=b"", piece=b" ", end=b""):
    bomb = zlib.compressobj(9)
    return bomb.compress(start) + b"".join(bomb.compress(piece * ((1 << 20) // len(piece))) for _ in range(mebibytes)) + bomb.compress(end) + bomb.flush()


def hostile_pdfs():
    def bad(name, data):
        (PDF / f"hostile-{name}.pdf").write_bytes(data)

    whole = (PDF / "table-ucs2.pdf").read_bytes()
    bad("cut", whole[: len(whole) * 2 // 3])
    # With all of its objects, without the table of where they are.
    bad("table-missing", whole[: whole.rindex(b"xref\n0 ")])
    bad("magic-alone", whole[:8])
    bad("noise", b"%PDF-1.7\n" + random.Random(7).randbytes(5_000))
    flipped = bytearray(whole)
    for at in range(3_000, len(whole), 1_500):
        flipped[at] ^= 0xFF
    bad("flipped", bytes(flipped))
    catalog = b"<</Type/Catalog/Pages 2 0 R>>"
    bad("cycle", objects_of_pdf(catalog, b"<</Type/Pages/Kids[2 0 R 3 0 R]/Parent 3 0 R>>", b"<</Type/Pages/Kids[2 0 R]/Parent 2 0 R>>"))
    deep = [b"<</Type/Pages/Kids[%d 0 R]/Parent %d 0 R>>" % (number + 1, number - 1) for number in range(2, 5_000)]
    bad("deep", objects_of_pdf(catalog, *deep, b"<</Type/Page/Parent 4999 0 R>>"))
    bad("brackets", one_page(pdf_stream(zlib.compress(b"[" * (1 << 20)))))
    bad("arrays", objects_of_pdf(b"[" * 200_000))
    font = b"<</Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>/XObject<</X 4 0 R/Y 5 0 R>>>>"
    bad("bomb", one_page(pdf_stream(packed_zeros(128))))
    bad("bomb-twice", one_page(pdf_stream(zlib.compress(packed_zeros(1 << 10)), b"/Filter[/FlateDecode/FlateDecode]")))
    bad("letters", one_page(pdf_stream(packed_zeros(12, b"BT /F 9 Tf (", b"x", b") Tj ET")), resources=font))
    bad("operators", one_page(pdf_stream(packed_zeros(15, b"BT /F 9 Tf ", b"(x)Tj ", b" ET")), resources=font))
    shows = b"/Subtype/Form/Filter/FlateDecode/Resources" + font
    bad("forms", one_page(pdf_stream(zlib.compress(b"/Y Do " * 2_000), shows), pdf_stream(zlib.compress(b"/X Do /Y Do " * 2_000), shows), resources=font))
    kids = b"<</Type/Pages/Kids[%s]>>" % (b"3 0 R " * 5_000)
    page = b"<</Type/Page/Parent 2 0 R/Contents 4 0 R>>"
    bad("pages", objects_of_pdf(catalog, kids, page, pdf_stream(packed_zeros(15)), *[b"null"] * 5_000))
    objects = lambda mebibytes: pdf_stream(packed_zeros(mebibytes, b"9 0 [", b"0 ", b"]"), b"/Type/ObjStm/N 1/First 4/Filter/FlateDecode")
    bad("objects-in-one", one_page(objects(7)))
    bad("objects", one_page(*[objects(7)] * 30))
    bad("objects-spelt", one_page(*[objects(7).replace(b"ObjStm", b"Obj#53tm")] * 30))
    table = b"1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfrange <00000000> <ffffffff> <0041> endbfrange"
    told = font.replace(b"/BaseFont", b"/ToUnicode 5 0 R/BaseFont").replace(b"/XObject<</X 4 0 R/Y 5 0 R>>", b"")
    bad("range", one_page(pdf_stream(b"BT /F 9 Tf (xyz) Tj ET", b""), pdf_stream(table, b""), resources=told))
    bad("picture", one_page(pdf_stream(b"q 600 0 0 800 0 0 cm Q", b"")))
    unknown = b"<</Font<</F<</Type/Font/Subtype/Type0/Encoding/Identity-H/DescendantFonts[<</Type/Font/Subtype/CIDFontType2>>]>>>>>>"
    bad("unknown-letters", one_page(pdf_stream(b"BT /F 9 Tf (abcdefgh) Tj ET", b""), resources=unknown))
    # Every encryption is another: what is there is kept.
    for name, password in [("printing-forbidden", ""), ("hostile-encrypted", "password")]:
        if not (PDF / f"{name}.pdf").exists():
            again(f"{name}.pdf", "table-ucs2.pdf", encryption=pikepdf.Encryption(user=password, owner="owner"))


def cells_of(data, start):
    """Where the children of a page of pages are told, but for the last."""
    cells, = struct.unpack_from(">H", data, start + 3)
    return [start + pointer for pointer in struct.unpack_from(f">{cells}H", data, start + 12)]


def pages_in_many_places():
    """Each page of pages told to hold the next one, many times: more rows than anybody reads."""
    data = bytearray(database("CREATE TABLE customers (氏名, 電話番号)", ("INSERT INTO customers VALUES (?, ?)", [["山田太郎" * 5, "09012345678"]] * 9_000)))
    size = 1024
    levels = [page for page in range(1, len(data) // size) if data[page * size] == 5]
    for page, below in zip(levels, levels[1:]):
        for cell in cells_of(data, page * size) + [page * size + 8]:
            data[cell : cell + 4] = struct.pack(">I", below + 1)
    return bytes(data)


def schema_in_many_places():
    """The table of tables, its pages told to be in many places."""
    data = bytearray(database(*[f"CREATE TABLE t{number} (x UNIQUE)" for number in range(400)]))
    at = [100 + 12 + 2 * number for number in range(struct.unpack_from(">H", data, 103)[0])]
    cells = [struct.unpack_from(">H", data, pointer)[0] for pointer in at]
    for cell in cells:
        data[cell : cell + 4] = data[cells[0] : cells[0] + 4]
    return bytes(data)


def many_tables():
    """More tables than anybody makes, of as many columns as there may be."""
    columns = ", ".join(f"c{number}" for number in range(1_500))
    return database("BEGIN", *[f"CREATE TABLE t{number} ({columns})" for number in range(1_000)], "COMMIT")


def bad(name, data):
    (HOSTILE / name).write_bytes(data)


def hostile():
    data = text().encode("cp932")
    whole = zipped([("list.csv", data)])
    book = (FILES / "openpyxl.xlsx").read_bytes()
    bad("cut.zip", whole[: len(whole) // 2])
    bad("no-directory.zip", whole[: whole.rindex(b"PK\x01\x02")])
    flipped = bytearray(whole)
    flipped[60] ^= 0xFF
    bad("flipped.zip", bytes(flipped))
    bad("cut.xlsx", book[: len(book) // 2])
    bad("magic-alone.zip", b"PK\x03\x04")
    bad("empty.zip", zipped([]))
    bad("nothing-in-it.zip", zipped([("a.csv", b""), ("b.csv", b"\r\n\r\n")]))
    locked = bytearray(whole)
    # The flag that says encrypted, in both headers.
    locked[6] |= 1
    locked[whole.rindex(b"PK\x01\x02") + 8] |= 1
    bad("encrypted.zip", bytes(locked))
    deep = whole
    for _ in range(20):
        deep = zipped([("deeper.zip", deep)])
    bad("twenty-deep.zip", deep)
    deep = data
    for _ in range(12):
        deep = gzip.compress(deep, mtime=0)
    bad("gzip-of-gzip.gz", deep)
    bad("word.docx", zipped([("[Content_Types].xml", b"<Types/>"), ("word/document.xml", b"<w/>")]))
    bad("slides.pptx", zipped([("[Content_Types].xml", b"<Types/>"), ("ppt/presentation.xml", b"<p/>")]))
    bad("no-sheets.xlsx", zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", b"<workbook/>")]))
    bad("not-xml.xlsx", zipped([("[Content_Types].xml", b"<Types/>"), ("xl/workbook.xml", bytes(range(256)) * 10)]))
    bad("escaping-names.zip", zipped([("../../../../tmp/x.csv", b"a,b\n"), ("/etc/passwd", b"a,b\n"), ("C:\\x.csv", b"a,b\n")]))
    bad("control-characters.zip", zipped([("\x1b[31mred\x07.csv", b"1,2\n")]))
    bomb = zlib.compressobj(9, zlib.DEFLATED, 31)
    zeros = b"".join(bomb.compress(bytes(1 << 20)) for _ in range(1 << 10)) + bomb.flush()
    bad("gib-of-zeros.gz.gz", gzip.compress(zeros, mtime=0))
    bad("gib-of-zeros.zip", zipped([("zeros.gz", zeros), ("again.gz", zeros)]))
    bad("cut.tar", tarred([("list.csv", data)])[: 512 + len(data) // 2])
    broken = bytearray(tarred([("list.csv", data), ("list2.csv", data)]))
    broken[512 + (len(data) + 511) // 512 * 512 + 10] ^= 1
    bad("broken-header.tar", bytes(broken))
    head = tarred([("x", b"")])[:512]
    huge = bytearray(head)
    huge[124:136] = b"77777777777\0"
    huge[148:156] = b" " * 8
    huge[148:156] = b"%06o\0 " % sum(huge)
    bad("claims-8-gib.tar", bytes(huge) + b"short")
    name = bytearray(huge)
    name[156:157] = b"L"
    name[148:156] = b" " * 8
    name[148:156] = b"%06o\0 " % sum(name)
    bad("name-of-8-gib.tar", bytes(name) + b"n" * 2000)
    bad("cut.gz", gzip.compress(data, mtime=0)[:-20])
    noise = random.Random(7).randbytes(5_000)
    bad("noise-after-magic.zip", b"PK\x03\x04" + noise)
    bad("noise.bin", noise)
    bad("nuls.csv", b"a\0b,c\0d\n" * 200)
    bad("empty.csv", b"")
    bad("one-line.csv.gz", gzip.compress(b"x" * (3 << 20), mtime=0))
    bad("not-compressed.gz", b"\x1f\x8b\x08" + noise)
    packed = (FILES / "solid.7z").read_bytes()
    bad("cut.7z", packed[: len(packed) // 2])
    flipped = bytearray(packed)
    flipped[60] ^= 0xFF
    bad("flipped.7z", bytes(flipped))
    bad("magic-alone.7z", packed[:32])
    old = (FILES / "text.xls").read_bytes()
    bad("cut.xls", old[: len(old) // 2])
    bad("magic-alone.xls", old[:512])
    book = xlwt.Workbook()
    for number in range(40):
        sheet = book.add_sheet(f"s{number}")
        sheet.write(0, 0, "x")
        sheet.write(65_535, 255, "x")
    out = io.BytesIO()
    book.save(out)
    bad("cells-far-apart.xls.gz", gzip.compress(out.getvalue(), mtime=0))
    bad("cells-repeated.ods", open_document([[7]] * 3000, 16_000))
    bad("cut.ods", (FILES / "text.ods").read_bytes()[:2000])
    bad("text.odt", zipped([("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<x/>")]))
    with zipfile.ZipFile(FILES / "rich-text.xlsx") as archive:
        members = [(info.filename, archive.read(info)) for info in archive.infolist()]
    many = re.compile(rb'uniqueCount="[0-9]+"')
    bad("texts-that-are-not-there.xlsx", zipped([(name, many.sub(b'uniqueCount="99999999999"', data)) for name, data in members]))
    letter = (FILES / "attachment.eml").read_bytes()
    bad("cut.eml", letter[: len(letter) - 3000])
    # Where a line ends, so that what is left can be decoded.
    bad("cut-at-a-line.eml", letter[: letter.rindex(b"\r\n", 0, len(letter) - 3000)])
    bad("nothing-attached.eml", message([]).as_bytes())
    bad("not-base64.eml", letter.replace(b"\r\n\r\n", b"\r\n\r\n!!!!" * 3))
    deep = message([("list.csv", ("application", "octet-stream"), data)])
    for number in range(30):
        outer = message([])
        outer.add_attachment(deep)
        outer.set_boundary(f"=-{number}-=")
        deep = outer
    bad("thirty-forwards.eml", deep.as_bytes())
    lines = (FILES / "list.jsonl").read_bytes()
    bad("cut.jsonl", lines[:3000])
    bad("not-quite.json", lines[:500].replace(b":", b"="))
    bad("deep.json", b'{"a":' * 100_000)
    bad("no-values.json", b"[{}, {}, {}]")
    # A sheet whose only cell stands in the last row and column there is.
    save_far("last-cell.xlsx")


def encrypted():
    """Every encryption is another: what is there is kept."""
    if not (HOSTILE / "encrypted.xlsx").exists():
        out = io.BytesIO()
        msoffcrypto.format.ooxml.OOXMLFile((FILES / "openpyxl.xlsx").open("rb")).encrypt("password", out)
        bad("encrypted.xlsx", out.getvalue())
    if not (HOSTILE / "encrypted.7z").exists():
        bad("encrypted.7z", sevened([("list.csv", text().encode())], password="password"))
    if not (HOSTILE / "encrypted-names.7z").exists():
        bad("encrypted-names.7z", sevened([("list.csv", text().encode())], password="password", header_encryption=True))


def save_far(name):
    book, sheet = one_sheet([])
    sheet.cell(1_048_576, 16_384, "x")
    out = io.BytesIO()
    book.save(out)
    bad(name, without_time(out))


def cells_apart():
    """Several fields in one cell, as address labels, notes and small exports hold them."""
    people = [dict(zip(HEADER, row)) for row in PEOPLE]
    place = lambda p: f"{p['住所']}　{p['建物名']}".strip()
    put("apart-spaces.txt", "".join(f"{p['名前'].strip()}　{place(p)}　{p['電話']}\r\n" for p in people).encode("cp932"))
    put("apart-slashes.csv", "".join(f"{at},{p['名前'].strip()},〒{p['郵便']} {place(p)}/{p['電話']}\n" for at, p in enumerate(people, 1)))
    form = lambda p: f"氏名：{p['名前'].strip()}　住所：{place(p)}　電話：{p['電話']}　生年月日：{p['生年月日']}"
    put("apart-form.txt", "".join(form(p) + "\n" for p in people))
    labels = [[p["会員ID"], f"〒{p['郵便']}\n{p['住所']}\n{p['建物名']}\n{p['名前'].strip()} 様\nTEL {p['電話']}"] for p in people]
    put("apart-labels.csv", text([["会員ID", "宛名"]] + labels))
    put("apart-brackets.csv", text([["お名前", "連絡先"]] + [[p["名前"], f"{place(p)}（{p['電話']}）"] for p in people]))


def fixed_width():
    """Columns by their place in the line, as mainframes and old databases write them."""
    kanji = lambda value: sum(2 if len(c.encode("cp932")) > 1 else 1 for c in value)

    def lines(rows, size):
        widths = [max(size(row[at]) for row in rows) + 2 for at in range(len(HEADER))]
        return "".join("".join(cell + " " * (wide - size(cell)) for cell, wide in zip(row, widths)) + "\r\n" for row in rows)

    put("fixed-cp932.txt", lines(ROWS, kanji).encode("cp932"))
    put("fixed-no-header.txt", lines(PEOPLE, kanji).encode("euc_jp"))
    put("fixed-characters.txt", lines(ROWS, len))
    put("fixed-trimmed.txt", "".join(line.rstrip() + "\n" for line in lines(ROWS, kanji).splitlines()))


def main():
    for directory in [FILES, HOSTILE]:
        directory.mkdir(exist_ok=True)
        for path in directory.iterdir():
            # What fuzzing found is kept too.
            if not (directory == HOSTILE and path.name.startswith(("encrypted", "found-"))):
                path.unlink()
    for step in [texts, objects, compressed, books, old_books, open_documents, archives, seven, mails, databases, dumps, cards, parquets, hostile, hostile_databases, hostile_dumps, hostile_cards, encrypted]:
        step()
    for step in [cells_apart, fixed_width, pdfs, hostile_pdfs]:
        step()
    print(len(list(FILES.iterdir())), "files,", len(list(HOSTILE.iterdir())), "hostile ones")


if __name__ == "__main__":
    main()
