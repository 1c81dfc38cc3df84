import { UsageError, openSnapshot, readSecretFile, serveReplica } from '#app'
import { defineCommand } from '../define.ts'
import { oneLine } from '../one-line.ts'
import { sourceArgument, sourceOptions, sourceRequest } from '../source-options.ts'

export default defineCommand({
  name: 'replica',
  summary: 'Serve a snapshot over LDAP, read-only, for your own LDAP tools',
  arguments: { source: sourceArgument },
  options: {
    listen: {
      type: 'text',
      value: 'ADDRESS:PORT',
      help: 'LDAP with StartTLS; 127.0.0.1:3890 when not given',
    },
    listenTls: {
      type: 'text',
      value: 'ADDRESS:PORT',
      help: 'LDAPS as well; needs --tls-cert and --tls-key',
    },
    tlsCert: { type: 'text', value: 'FILE', help: 'PEM certificate chain' },
    tlsKey: { type: 'text', value: 'FILE', help: 'PEM key' },
    bindUser: {
      type: 'text',
      value: 'NAME',
      help: 'name to bind as: any form AD takes, of an account in the snapshot or not; "reader" when not given',
    },
    bindPasswordFile: {
      type: 'text',
      value: 'FILE',
      help: 'file with the password for it; a new one is made and shown when not given',
    },
    ...sourceOptions,
  },
  examples: [
    ['glacis replica sample', 'the made-up forest on 127.0.0.1:3890'],
    ['ldapsearch -x -H ldap://127.0.0.1:3890 -D reader -W -b "" -s base', 'ask it'],
  ],
  async run(inputs, io) {
    const {
      source,
      listen = '127.0.0.1:3890',
      listenTls,
      tlsCert,
      tlsKey,
      bindUser = 'reader',
      bindPasswordFile,
    } = inputs
    if ((tlsCert === undefined) !== (tlsKey === undefined))
      throw new UsageError(
        'half a TLS identity',
        '--tls-cert and --tls-key belong together',
        'Give both.',
      )
    if (listenTls !== undefined && tlsCert === undefined)
      throw new UsageError(
        'cannot listen with TLS',
        'there is no certificate',
        'Give --tls-cert and --tls-key.',
      )
    const snapshot = await openSnapshot(sourceRequest(source, inputs, io))
    const server = await serveReplica(snapshot, {
      listen,
      ...(listenTls === undefined ? {} : { listenTls }),
      ...(tlsCert === undefined || tlsKey === undefined
        ? {}
        : { tls: { certFile: tlsCert, keyFile: tlsKey } }),
      user: bindUser,
      onFault: (error) =>
        io.say(
          `One request failed by a fault of ours, please report it: ${oneLine(String(error))}`,
        ),
      ...(bindPasswordFile === undefined
        ? {}
        : { password: await readSecretFile(bindPasswordFile) }),
    })
    for (const address of server.addresses)
      io.say(`Serving ${snapshot.count} objects on ${address}, read-only. Ctrl-C ends it.`)
    if (server.madePassword !== undefined)
      io.say(
        `Bind as ${bindUser} with password ${server.madePassword} (made for this run, written nowhere)`,
      )
    await new Promise<void>((resolve) =>
      io.signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    await server.close()
    return 0
  },
})
