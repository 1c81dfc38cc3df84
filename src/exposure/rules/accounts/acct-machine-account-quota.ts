import { defineExposure } from '../../define.ts'
import { count } from '../../words.ts'

/** What every domain is born with, and what holds where nothing is set. */
const defaultQuota = 10

export default defineExposure({
  id: 'acct-machine-account-quota',
  category: 'accounts',
  severity: 'medium',
  title: 'Ordinary users may join computers',
  why: 'Whoever joins a computer has an account whose password and service names they choose. Several attacks on delegation and on certificates begin with one.',
  fix: 'Set ms-DS-MachineAccountQuota to 0, and let a few provisioning accounts join computers in the units meant for them.',
  attack: ['T1136.002', 'T1558'],
  refs: {
    spec: ['MS-ADA2 ms-DS-MachineAccountQuota', 'MS-SAMR 3.1.5.4.4'],
    pingcastle: ['S-ADRegistration'],
    anssi: ['vuln4_user_accounts_machineaccountquota'],
    purpleKnight: ['UsersCanAddComputers'],
  },
  // The right can also be taken away by a policy on the controllers; that is said, not waited for.
  needs: ['ldap-domain'],
  over: 'domain',
  reads: ['ms-DS-MachineAccountQuota'],

  check({ id, 'ms-DS-MachineAccountQuota': quota }, { snapshot }) {
    const allowed = quota ?? defaultQuota
    if (allowed <= 0) return
    return {
      says: `Every user may join ${count(allowed, 'computer')} to ${snapshot.domainOf(id)?.name ?? snapshot.name(id)}, unless group policies of the domain controllers take that right away; these were not read`,
      evidence: { 'ms-DS-MachineAccountQuota': quota ?? null },
    }
  },
})
