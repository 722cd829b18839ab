"""Makes the data that address parsers would download, from the towns in the package japanese-addresses.

Usage: standin.py FOLDER. Writes FOLDER/api (as the web sites of Geolonia serve it) and FOLDER/jageocoder (a dictionary
without lots). The originals are newer and larger; what is made here serves to see how the parsers read an address.
"""

import importlib.util
import json
import pathlib
import pickle
import re
import sys


def town_table() -> dict:
    package = importlib.util.find_spec("japanese_addresses").submodule_search_locations[0]
    return pickle.loads((pathlib.Path(package) / "prefecture2city2street.pkl").read_bytes())


def write_api(table: dict, folder: pathlib.Path) -> None:
    def put(path: pathlib.Path, value) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(value, ensure_ascii=False))

    put(folder / "ja.json", {name: sorted(cities) for name, cities in table.items()})
    for name, cities in table.items():
        put(folder / "ja" / name / "master.json", {"name": name, "cities": sorted(cities)})
        for city, towns in cities.items():
            rows = [{"town": town, "koaza": "", "lat": 0.0, "lng": 0.0} for town in sorted(towns)]
            put(folder / "ja" / name / f"{city}.json", rows)


def elements(prefecture: str, city: str, town: str) -> list:
    """The levels of jageocoder: 1 prefecture, 2 district, 3 city, 4 ward, 5 town, 6 numbered part."""
    parts = [(prefecture, 1)]
    if district := re.fullmatch(r"(.+?郡)(.+[町村])", city):
        parts += [(district[1], 2), (district[2], 3)]
    elif ward := re.fullmatch(r"(.+?市)(.+区)", city):
        parts += [(ward[1], 3), (ward[2], 4)]
    else:
        parts.append((city, 3))
    if numbered := re.fullmatch(r"(.+?)([一二三四五六七八九十]+丁目)", town):
        return parts + [(numbered[1], 5), (numbered[2], 6)]
    return parts + [(town, 5)] if town else parts


def write_jageocoder(table: dict, folder: pathlib.Path) -> None:
    from jageocoder_converter.data_manager import DataManager

    text = folder / "text"
    text.mkdir(parents=True, exist_ok=True)
    codes = [f"{number:02}" for number in range(1, len(table) + 1)]
    for code, (prefecture, cities) in zip(codes, sorted(table.items())):
        with open(text / f"{code}_towns.txt", "w") as out:
            for city, towns in cities.items():
                for town in sorted(towns | {""}):
                    names = [f"{name};{level}" for name, level in elements(prefecture, city, town)]
                    out.write(",".join(names) + ",!1,139.0,35.0\n")
    manager = DataManager(db_dir=folder / "db", text_dir=text, targets=codes)
    manager.write_datasets([])
    manager.aza_master.create()
    manager.register()
    manager.create_index()


if __name__ == "__main__":
    target = pathlib.Path(sys.argv[1])
    towns = town_table()
    write_api(towns, target / "api")
    write_jageocoder(towns, target / "jageocoder")
