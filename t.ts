import { makeSample } from '#sample'
import { assess, catalogue } from '#exposure'
const n = Number(process.argv[2])
let t = performance.now()
const lap = (w: string) => { const x = performance.now(); console.log(w, ((x-t)/1000).toFixed(1)+'s', Math.round(process.memoryUsage().rss/1e6)+'MB'); t = performance.now() }
const s = makeSample({ objects: n, now: new Date('2026-01-15T09:00:00Z'), seed: 'x' }).snapshot
lap('make ' + s.count)
const a = assess(s, catalogue, s.origin.takenAt)
lap('assess')
console.log(a.findings.length, a.passed.length, a.notAssessed.length)
