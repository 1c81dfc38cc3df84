import { defineExposure } from '../../define.ts'
import { isKeptWithTierZero, isSeamlessSignOn } from '../../hybrid.ts'
import { count, day } from '../../words.ts'

export default defineExposure({
  id: 'entra-sso-key-old',
  category: 'entra-hybrid',
  severity: 'high',
  title: 'The key of Seamless Single Sign-On is old',
  why: 'Whoever got the key of this account once can sign in to the tenant as any synchronised user until it is rolled.',
  fix: 'Roll the key every 30 days, or retire Seamless Single Sign-On. Keep the account in a unit of Tier Zero.',
  attack: ['T1558.002', 'T1556.007'],
  refs: {
    spec: ['MS-KILE 3.3.1.1'],
    pingcastle: ['T-AzureADSSO'],
    purpleKnight: ['AAD_SSOOldPwdLastSet'],
  },
  needs: ['ldap-domain'],
  over: 'computer',
  reads: ['sAMAccountName', 'servicePrincipalName', 'pwdLastSet', 'description'],

  check({ id, sAMAccountName, servicePrincipalName, pwdLastSet }, forest) {
    if (!isSeamlessSignOn(sAMAccountName, servicePrincipalName)) return
    const age = forest.daysSince(pwdLastSet)
    if (age === undefined || pwdLastSet === undefined) {
      return { gap: `When the key of ${sAMAccountName} was last rolled could not be read.` }
    }
    const evidence = { pwdLastSet: pwdLastSet.toISOString() }
    if (age > ADVISED_DAYS) {
      return {
        says: `The key of ${sAMAccountName} was last rolled on ${day(pwdLastSet)}, ${count(Math.floor(age), 'day')} ago`,
        evidence,
        severity: age > YEAR_DAYS ? 'high' : 'medium',
      }
    }
    if (isKeptWithTierZero(forest, id)) return
    return {
      says: `${sAMAccountName} is kept among ordinary accounts and not with Tier Zero`,
      evidence: { ...evidence, parent: forest.snapshot.dn(forest.snapshot.parent(id) ?? id) },
      severity: 'low',
    }
  },
})

/** The vendor's advice. */
const ADVISED_DAYS = 30
const YEAR_DAYS = 365
