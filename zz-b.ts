import { collect } from '#collect'
import { assess } from './src/exposure/assess.ts'
const snapshot = await collect('../shared/lab/goad-essos.ldif.gz')
const { globSync } = await import('node:fs')
const rules = []
for (const f of globSync('src/exposure/rules/{privilege,kerberos,passwords,accounts,stale,domain-controllers,forest-config,trusts}/*.ts')) { if (f.endsWith('.test.ts')) continue; rules.push((await import('/work/main/'+f)).default) }
const a = assess(snapshot, rules, new Date(process.argv[2] ?? '2024-01-05T00:00:00Z'))
for (const f of a.findings) { console.log('##', f.rule.id, f.severity, f.gaps.join(' | ')); for (const o of f.objects) console.log('   ', o.severity, o.says, JSON.stringify(o.evidence)) }
console.log('passed', a.passed.map(r=>r.id).join(' '))
for (const n of a.notAssessed) console.log('NOT', n.rule.id, n.because)
for (const c of snapshot.coverage) console.log(c.source, c.state, c.gaps?.map(g=>g.because+' '+(g.hides??'*')).join(' / '))
