import { makeSampleForest, saveSnapshot } from '#app'
import { defineCommand } from '../define.ts'
import { parseNow } from '../now.ts'

export default defineCommand({
  name: 'sample',
  summary: 'Make a forest out of nothing, with known exposures in it',
  arguments: {},
  options: {
    out: {
      type: 'text',
      value: 'FILE',
      help: 'snapshot file to write; sample.glacis when not given',
    },
    objects: {
      type: 'number',
      value: 'NUMBER',
      help: 'about how many objects; 3000 when not given',
    },
    seed: { type: 'text', value: 'TEXT', help: 'the same seed makes the same forest' },
    exposures: {
      type: 'text',
      value: 'WHICH',
      help: 'none, all, or ids joined by commas; a believable selection when not given',
    },
    now: { type: 'text', value: 'DATE', help: 'when the forest is said to have been read' },
    json: { type: 'flag', help: 'print what was planted as JSON' },
  },
  examples: [
    ['glacis sample --objects 100000 --out big.glacis', 'a large forest to measure with'],
    [
      'glacis sample --exposures krb-asrep-user,adcs-esc1 --out two.glacis',
      'exactly two exposures',
    ],
  ],
  async run({ out = 'sample.glacis', objects, seed, exposures, now, json }, io) {
    const { snapshot, planted } = makeSampleForest({
      ...(objects === undefined ? {} : { objects }),
      ...(seed === undefined ? {} : { seed }),
      ...(now === undefined ? {} : { now: parseNow(now) }),
      ...(exposures === undefined ? {} : { exposures }),
    })
    await saveSnapshot(snapshot, out)
    await io.print(
      json
        ? `${JSON.stringify({ file: out, objects: snapshot.count, planted }, null, 2)}\n`
        : `${[`${snapshot.count} objects written to ${out}`, ...planted.map(({ id, objects: on }) => `${id}: ${on.map(({ name }) => name).join(', ')}`)].join('\n')}\n`,
    )
    return 0
  },
})
