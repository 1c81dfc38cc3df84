import { defineExposure } from '../../define.ts'

/** Mappings that another certificate can be made to fit: issuer and subject, subject alone, or mail address (MS-PKCA 3.1.5.2.1). */
const weak = /^X509:\s*(?:<I>.*<S>|<S>|<RFC822>)/i
const strong = /<(?:SR|SKI|SHA1-PUKEY|SID)>/i

export default defineExposure({
  id: 'adcs-esc14-weak-mapping',
  category: 'adcs',
  severity: 'high',
  title: 'Accounts mapped to certificates by a weak identifier (ESC14)',
  why: 'Someone who gets a certificate with the same subject or mail address signs in as the account.',
  fix: 'Map by issuer and serial number, by subject key identifier or by public key hash, or remove the mapping.',
  attack: ['T1649'],
  refs: {
    spec: ['MS-PKCA 3.1.5.2.1'],
    purpleKnight: ['altSecurityIdentitiesConfigured'],
    bloodhound: ['WriteAltSecurityIdentities'],
    esc: ['ESC14'],
  },
  needs: ['ldap-domain'],
  over: ['user', 'computer', 'managedAccount'],
  reads: ['sAMAccountName', 'altSecurityIdentities'],

  check({ id, sAMAccountName, altSecurityIdentities }, { tierZero }) {
    const weakly = altSecurityIdentities.filter(
      (mapping) => weak.test(mapping) && !strong.test(mapping),
    )
    if (weakly.length === 0) return
    return {
      says: `${sAMAccountName} is mapped to certificates by ${weakly.length === 1 ? 'a weak identifier' : `${weakly.length} weak identifiers`}`,
      evidence: { altSecurityIdentities: weakly },
      severity: tierZero.hasObject(id) ? 'high' : 'medium',
    }
  },
})
