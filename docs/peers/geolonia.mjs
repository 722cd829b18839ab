// Reads an address per line; writes prefecture, city, town and the rest as JSON, a line each.
// Usage: node geolonia.mjs PACKAGE [URL of its data]; PACKAGE is looked for in the working directory.
import { createRequire } from 'node:module'
import { createInterface } from 'node:readline'
const [name, api] = process.argv.slice(2)
const { config, normalize } = createRequire(process.cwd() + '/here.js')(name)
if (api) config.japaneseAddressesApi = api
for await (const line of createInterface({ input: process.stdin })) {
  try {
    const { pref, city, town, addr, other } = await normalize(line)
    console.log(JSON.stringify({ parts: [pref, city, town, addr + (other ?? '')].map((s) => s ?? '') }))
  } catch (e) {
    console.log(JSON.stringify({ error: e.cause?.message ?? e.message }))
  }
}
