"""Reads an address per line; writes prefecture, city, town and the rest as JSON. Usage: geolonia_port.py [URL]

Stands apart from compare.py because it needs another version of kanjize than japanese-addresses does.
"""

import json
import sys

from normalize_japanese_addresses import normalize

options = {"endpoint": sys.argv[1]} if len(sys.argv) > 1 else {}
for line in sys.stdin:
    try:
        found = normalize(line.rstrip("\n"), **options)
        print(json.dumps({"parts": [found[part] for part in ("pref", "city", "town", "addr")]}, ensure_ascii=False))
    except Exception as why:
        print(json.dumps({"error": str(why)}, ensure_ascii=False))
