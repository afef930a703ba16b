import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { NODE22 } from '../../bundle/image/own-image.ts'

/**
 * The git server of the virtual host, and git for it: on the shared folder, in `reach/`. It is the one of the gate's own tests,
 * without its types, as the Node there runs none.
 *
 * Assumptions: this machine has git and the Node of the bundle image (`ownImageMissing`).
 */
export const layGit = (folder: string): void => {
  mkdirSync(join(folder, 'git'))
  const from = join(import.meta.dirname, '../../bundle/gate/upstream.ts')
  const strip =
    "process.stdout.write(require('node:module').stripTypeScriptTypes(require('node:fs').readFileSync(process.argv[1], 'utf8')))"
  writeFileSync(
    join(folder, 'git', 'upstream.mjs'),
    execFileSync(NODE22, ['-e', strip, from], { stdio: ['ignore', 'pipe', 'ignore'] }),
  )
  writeFileSync(join(folder, 'git', 'serve.mjs'), SERVE)
  execFileSync('tar', ['-C', '/', '-chf', join(folder, 'git.tar'), 'usr/bin/git', 'usr/lib/git-core/git-http-backend'])
}

const SERVE = `import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { gitUpstream } from './upstream.mjs'
const [address] = process.argv.slice(2)
const read = (name) => readFileSync('/tmp/upstream/' + name)
const { port } = await gitUpstream('/tmp/git', { cert: read('server.pem'), key: read('server.key') }, address)
writeFileSync('/tmp/git/port.new', String(port))
renameSync('/tmp/git/port.new', '/tmp/git/port')
`

/** As root in the virtual host, once the other server runs: git, and a repository with one commit behind TLS. */
export const GIT_SETUP = `set -eu
tar -C / -xf /host/reach/git.tar
for each in receive-pack upload-pack; do ln -sf /usr/bin/git /usr/lib/git-core/git-$each; done
cp -r /host/reach/git /tmp/git
(setsid node /tmp/git/serve.mjs ADDRESS > /tmp/git/log 2>&1 < /dev/null &)
for _ in $(seq 300); do [ -s /tmp/git/port ] && break; sleep 0.2; done
export HOME=/tmp/git
seed=$(mktemp -d)
cd "$seed"
git init -q -b trunk .
echo first > README
git add README
git -c user.name=a -c user.email=a@a commit -q -m first
git push -q /tmp/git/acme/app.git trunk
git clone -q --bare /tmp/git/acme/app.git /tmp/git/acme/kept.git
git -C /tmp/git/acme/kept.git config http.receivepack true
cat /tmp/git/port
`
