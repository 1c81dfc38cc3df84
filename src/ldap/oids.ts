/**
 * Controls by name, beside the name Windows gives them (MS-ADTS 3.1.1.3.4.1; the number behind is the
 * section there) or the RFC that defines them.
 */
export const controlOids = {
  pagedResults: '1.2.840.113556.1.4.319', // LDAP_PAGED_RESULT_OID_STRING, 1; RFC 2696
  crossDomainMove: '1.2.840.113556.1.4.521', // LDAP_SERVER_CROSSDOM_MOVE_TARGET_OID, 2
  dirSync: '1.2.840.113556.1.4.841', // LDAP_SERVER_DIRSYNC_OID, 3
  domainScope: '1.2.840.113556.1.4.1339', // LDAP_SERVER_DOMAIN_SCOPE_OID, 4
  extendedDn: '1.2.840.113556.1.4.529', // LDAP_SERVER_EXTENDED_DN_OID, 5
  getStats: '1.2.840.113556.1.4.970', // LDAP_SERVER_GET_STATS_OID, 6
  lazyCommit: '1.2.840.113556.1.4.619', // LDAP_SERVER_LAZY_COMMIT_OID, 7
  permissiveModify: '1.2.840.113556.1.4.1413', // LDAP_SERVER_PERMISSIVE_MODIFY_OID, 8
  notification: '1.2.840.113556.1.4.528', // LDAP_SERVER_NOTIFICATION_OID, 9
  rangeOption: '1.2.840.113556.1.4.802', // LDAP_SERVER_RANGE_OPTION_OID, 10
  sdFlags: '1.2.840.113556.1.4.801', // LDAP_SERVER_SD_FLAGS_OID, 11
  searchOptions: '1.2.840.113556.1.4.1340', // LDAP_SERVER_SEARCH_OPTIONS_OID, 12
  sort: '1.2.840.113556.1.4.473', // LDAP_SERVER_SORT_OID, 13; RFC 2891
  sortResponse: '1.2.840.113556.1.4.474', // LDAP_SERVER_RESP_SORT_OID, 13; RFC 2891
  showDeleted: '1.2.840.113556.1.4.417', // LDAP_SERVER_SHOW_DELETED_OID, 14
  treeDelete: '1.2.840.113556.1.4.805', // LDAP_SERVER_TREE_DELETE_OID, 15
  verifyName: '1.2.840.113556.1.4.1338', // LDAP_SERVER_VERIFY_NAME_OID, 16
  vlvRequest: '2.16.840.1.113730.3.4.9', // LDAP_CONTROL_VLVREQUEST, 17
  vlvResponse: '2.16.840.1.113730.3.4.10', // LDAP_CONTROL_VLVRESPONSE, 17
  asq: '1.2.840.113556.1.4.1504', // LDAP_SERVER_ASQ_OID, 18
  quota: '1.2.840.113556.1.4.1852', // LDAP_SERVER_QUOTA_CONTROL_OID, 19
  shutdownNotify: '1.2.840.113556.1.4.1907', // LDAP_SERVER_SHUTDOWN_NOTIFY_OID, 20
  forceUpdate: '1.2.840.113556.1.4.1974', // LDAP_SERVER_FORCE_UPDATE_OID, 21
  rangeRetrievalNoErr: '1.2.840.113556.1.4.1948', // LDAP_SERVER_RANGE_RETRIEVAL_NOERR_OID, 22
  rodcDcPromo: '1.2.840.113556.1.4.1341', // LDAP_SERVER_RODC_DCPROMO_OID, 23
  dnInput: '1.2.840.113556.1.4.2026', // LDAP_SERVER_DN_INPUT_OID, 24
  showDeactivatedLink: '1.2.840.113556.1.4.2065', // LDAP_SERVER_SHOW_DEACTIVATED_LINK_OID, 25
  showRecycled: '1.2.840.113556.1.4.2064', // LDAP_SERVER_SHOW_RECYCLED_OID, 26
  policyHintsDeprecated: '1.2.840.113556.1.4.2066', // LDAP_SERVER_POLICY_HINTS_DEPRECATED_OID, 27
  dirSyncEx: '1.2.840.113556.1.4.2090', // LDAP_SERVER_DIRSYNC_EX_OID, 28
  updateStats: '1.2.840.113556.1.4.2205', // LDAP_SERVER_UPDATE_STATS_OID, 29
  treeDeleteEx: '1.2.840.113556.1.4.2204', // LDAP_SERVER_TREE_DELETE_EX_OID, 30
  searchHints: '1.2.840.113556.1.4.2206', // LDAP_SERVER_SEARCH_HINTS_OID, 31
  expectedEntryCount: '1.2.840.113556.1.4.2211', // LDAP_SERVER_EXPECTED_ENTRY_COUNT_OID, 32
  policyHints: '1.2.840.113556.1.4.2239', // LDAP_SERVER_POLICY_HINTS_OID, 33
  setOwner: '1.2.840.113556.1.4.2255', // LDAP_SERVER_SET_OWNER_OID, 34
  bypassQuota: '1.2.840.113556.1.4.2256', // LDAP_SERVER_BYPASS_QUOTA_OID, 35
  linkTtl: '1.2.840.113556.1.4.2309', // LDAP_SERVER_LINK_TTL_OID, 36
  setCorrelationId: '1.2.840.113556.1.4.2330', // LDAP_SERVER_SET_CORRELATION_ID_OID, 37
  threadTraceOverride: '1.2.840.113556.1.4.2354', // LDAP_SERVER_THREAD_TRACE_OVERRIDE_OID, 38
  manageDsaIT: '2.16.840.1.113730.3.4.2', // RFC 3296
  persistentSearch: '2.16.840.1.113730.3.4.3', // draft-ietf-ldapext-psearch
  entryChange: '2.16.840.1.113730.3.4.7', // draft-ietf-ldapext-psearch
  proxiedAuthorization: '2.16.840.1.113730.3.4.18', // RFC 4370
  assertion: '1.3.6.1.1.12', // RFC 4528
  preRead: '1.3.6.1.1.13.1', // RFC 4527
  postRead: '1.3.6.1.1.13.2', // RFC 4527
  subentries: '1.3.6.1.4.1.4203.1.10.1', // RFC 3672
  syncRequest: '1.3.6.1.4.1.4203.1.9.1.1', // RFC 4533
  passwordPolicy: '1.3.6.1.4.1.42.2.27.8.5.1', // draft-behera-ldap-password-policy
} as const

/** Extended operations and unsolicited notices by name (MS-ADTS 3.1.1.3.4.2, or the RFC). */
export const extensionOids = {
  startTls: '1.3.6.1.4.1.1466.20037', // LDAP_SERVER_START_TLS_OID; RFC 4511 §4.14
  noticeOfDisconnection: '1.3.6.1.4.1.1466.20036', // RFC 4511 §4.4.1
  whoAmI: '1.3.6.1.4.1.4203.1.11.3', // LDAP_SERVER_WHO_AM_I_OID; RFC 4532
  fastBind: '1.2.840.113556.1.4.1781', // LDAP_SERVER_FAST_BIND_OID
  ttlRefresh: '1.3.6.1.4.1.1466.101.119.1', // LDAP_TTL_REFRESH_OID; RFC 2589
  batchRequest: '1.2.840.113556.1.4.2212', // LDAP_SERVER_BATCH_REQUEST_OID
  passwordModify: '1.3.6.1.4.1.4203.1.11.1', // RFC 3062
  cancel: '1.3.6.1.1.8', // RFC 3909
} as const

/** Capabilities a rootDSE shows (MS-ADTS 3.1.1.3.4.3). */
export const capabilityOids = {
  activeDirectory: '1.2.840.113556.1.4.800', // LDAP_CAP_ACTIVE_DIRECTORY_OID
  ldapIntegration: '1.2.840.113556.1.4.1791', // LDAP_CAP_ACTIVE_DIRECTORY_LDAP_INTEG_OID
  v51: '1.2.840.113556.1.4.1670', // LDAP_CAP_ACTIVE_DIRECTORY_V51_OID
  digestAuth: '1.2.840.113556.1.4.1880', // LDAP_CAP_ACTIVE_DIRECTORY_ADAM_DIGEST_OID
  adam: '1.2.840.113556.1.4.1851', // LDAP_CAP_ACTIVE_DIRECTORY_ADAM_OID
  partialSecrets: '1.2.840.113556.1.4.1920', // LDAP_CAP_ACTIVE_DIRECTORY_PARTIAL_SECRETS_OID
  v60: '1.2.840.113556.1.4.1935', // LDAP_CAP_ACTIVE_DIRECTORY_V60_OID
  v61: '1.2.840.113556.1.4.2080', // LDAP_CAP_ACTIVE_DIRECTORY_V61_R2_OID
  w8: '1.2.840.113556.1.4.2237', // LDAP_CAP_ACTIVE_DIRECTORY_W8_OID
} as const

/** Matching rules of Active Directory (MS-ADTS 3.1.1.3.4.4). */
export const matchingRuleOids = {
  bitAnd: '1.2.840.113556.1.4.803', // LDAP_MATCHING_RULE_BIT_AND
  bitOr: '1.2.840.113556.1.4.804', // LDAP_MATCHING_RULE_BIT_OR
  transitiveEval: '1.2.840.113556.1.4.1941', // LDAP_MATCHING_RULE_TRANSITIVE_EVAL
  dnWithData: '1.2.840.113556.1.4.2253', // LDAP_MATCHING_RULE_DN_WITH_DATA
} as const

const nameByOid = new Map<string, string>()
for (const table of [controlOids, extensionOids, capabilityOids, matchingRuleOids]) {
  for (const [name, oid] of Object.entries(table)) {
    if (!/^[0-2](\.(0|[1-9]\d*))+$/.test(oid)) throw new Error(`${name}: ${oid} is no OID`)
    if (nameByOid.has(oid)) throw new Error(`${name}: ${oid} has a name already`)
    nameByOid.set(oid, name)
  }
}

/** The name of a control, extension, capability or matching rule, for people. */
export function oidName(oid: string): string | undefined {
  return nameByOid.get(oid)
}
