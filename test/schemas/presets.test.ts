import { readFileSync, readdirSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { formatComplaint } from '../../controller/document/complaint.ts'
import { createFieldIndex } from '../../controller/document/fields.ts'
import { readOneDocument } from '../../controller/document/one-document.ts'
import { compile } from '../../egress/compile.ts'
import { decide } from '../../egress/decide.ts'
import { requestOf } from '../../egress/request-of.ts'
import { presetFields } from '../../schemas/egress-fields.ts'
import { presets } from '../../schemas/egress-presets.ts'
import type { EgressPreset } from '../../schemas/egress.ts'
import { validatePreset } from '../../schemas/validate-egress.ts'
import { suite } from '../helpers/suite.ts'

const test = suite('egress presets')
const folder = new URL('../../schemas/presets/', import.meta.url)
const names = readdirSync(folder).map((file) => file.replace(/\.yaml$/, ''))
const text = (name: string): string => readFileSync(new URL(`${name}.yaml`, folder), 'utf8')

test('there are the presets of the contract, and the generated ones are these', () => {
  assert.equal(names.toSorted(), [
    'anthropic',
    'crates',
    'debian',
    'docker-hub',
    'github',
    'github-read',
    'go',
    'npm',
    'openai',
    'pypi',
    'ubuntu',
  ])
  assert.equal(
    presets.map(({ name }) => name),
    names.toSorted(),
  )
})

for (const name of names) {
  test(`${name} is valid, is named like its file, and says where its hosts come from`, () => {
    const { value, complaints } = readOneDocument<EgressPreset>({ path: `${name}.yaml`, text: text(name) }, () => ({
      validate: validatePreset,
      fields: createFieldIndex(presetFields),
    }))
    assert.equal(complaints.map(formatComplaint), [])
    assert.is(value?.name, name)
    assert.match(text(name), /^# Hosts: [^\n]*(\n# [^\n]*)*https:\/\//)
    const compiled = compile({ allow: value?.allow ?? [] }, [])
    assert.ok(compiled.ok, JSON.stringify(compiled))
  })

  test(`${name} gives away no credential, no push, no private address, and is in force for good`, () => {
    const compiled = compile({ presets: [name] }, presets)
    assert.ok(compiled.ok)
    for (const rule of compiled.ok ? compiled.policy.allow : []) {
      assert.equal(
        [rule.credential, rule.push, rule.private, rule.until],
        [undefined, false, false, undefined],
        rule.rule,
      )
      assert.is(rule.tls, 'terminate')
    }
  })
}

const CASES: Readonly<Record<string, { readonly allowed: readonly string[]; readonly denied: readonly string[] }>> = {
  anthropic: {
    allowed: [
      'POST https://api.anthropic.com/v1/messages',
      'GET https://api.anthropic.com/api/oauth/usage',
      'POST https://platform.claude.com/v1/oauth/token',
      'GET https://claude.ai/oauth/authorize',
      'GET https://downloads.claude.ai/claude-code-releases/latest',
      'GET https://raw.githubusercontent.com/anthropics/claude-code/main/CHANGELOG.md',
    ],
    denied: [
      'GET http://api.anthropic.com/',
      'GET https://anthropic.com/',
      'GET https://x.api.anthropic.com/',
      'POST https://downloads.claude.ai/x',
      'GET https://raw.githubusercontent.com/evil/claude-code/main/x',
      'GET https://raw.githubusercontent.com/anthropics/claude-code/../../evil/x',
      'POST https://statsig.anthropic.com/v1/rgstr',
      'GET https://storage.googleapis.com/x',
    ],
  },
  openai: {
    allowed: [
      'POST https://api.openai.com/v1/responses',
      'POST https://auth.openai.com/oauth/token',
      'POST https://chatgpt.com/backend-api/codex/responses',
    ],
    denied: [
      'GET https://chatgpt.com/',
      'GET https://chatgpt.com/share/x',
      'GET https://openai.com/',
      'GET wss://api.openai.com/v1/realtime',
    ],
  },
  'github-read': {
    allowed: [
      'GET https://github.com/acme/app',
      'HEAD https://github.com/acme/app',
      'GET https://github.com/acme/app.git/info/refs?service=git-upload-pack',
      'POST https://github.com/acme/app.git/git-upload-pack',
      'POST https://github.com/acme/app/git-upload-pack',
      'GET https://api.github.com/repos/acme/app',
      'GET https://codeload.github.com/acme/app/tar.gz/main',
      'GET https://raw.githubusercontent.com/acme/app/main/x',
      'GET https://objects.githubusercontent.com/x',
      'GET https://gist.githubusercontent.com/acme/1/raw/x',
      'GET https://release-assets.githubusercontent.com/github-production-release-asset/1/x?sig=a%2Fb',
    ],
    denied: [
      'GET https://github.com/acme/app.git/info/refs?service=git-receive-pack',
      'POST https://github.com/acme/app.git/git-receive-pack',
      'POST https://github.com/acme/app/issues',
      'POST https://github.com/git-upload-pack',
      'POST https://github.com/acme/app/x/../git-upload-pack',
      'POST https://github.com/acme/app.git/git-upload-pack/../git-receive-pack',
      'POST https://github.com/acme/app.git/info/lfs/objects/batch',
      'POST https://api.github.com/graphql',
      'PUT https://api.github.com/repos/acme/app/contents/x',
      'POST https://uploads.github.com/repos/acme/app/releases/1/assets',
      'GET https://gist.github.com/x',
      'GET https://pages.github.io/',
      'GET https://x.githubusercontent.com/',
    ],
  },
  github: {
    allowed: [
      'POST https://github.com/acme/app.git/git-upload-pack',
      'POST https://github.com/acme/app.git/info/lfs/objects/batch',
      'POST https://api.github.com/graphql',
      'POST https://uploads.github.com/repos/acme/app/releases/1/assets?name=x',
      'GET https://gist.github.com/acme/1.git/info/refs?service=git-upload-pack',
      'GET https://codeload.github.com/acme/app/tar.gz/main',
      'GET https://raw.githubusercontent.com/acme/app/main/x',
      'GET https://objects.githubusercontent.com/x',
      'GET https://release-assets.githubusercontent.com/x',
      'GET https://gist.githubusercontent.com/acme/1/raw/x',
      'GET https://github-cloud.githubusercontent.com/alambic/media/1/x',
      'PUT https://github-cloud.s3.amazonaws.com/alambic/media/1/x',
    ],
    denied: [
      'POST https://github.com/acme/app.git/git-receive-pack',
      'GET https://gist.github.com/acme/1.git/info/refs?service=git-receive-pack',
      'PUT https://raw.githubusercontent.com/x',
      'GET https://s3.amazonaws.com/x',
      'GET https://evil.s3.amazonaws.com/x',
    ],
  },
  npm: {
    allowed: [
      'GET https://registry.npmjs.org/left-pad',
      'GET https://registry.npmjs.org/@scope%2fname',
      'GET https://registry.npmjs.org/@scope/name/-/name-1.0.0.tgz',
      'POST https://registry.npmjs.org/-/npm/v1/security/advisories/bulk',
      'GET https://registry.yarnpkg.com/left-pad',
    ],
    denied: [
      'PUT https://registry.npmjs.org/left-pad',
      'DELETE https://registry.npmjs.org/left-pad/-rev/1',
      'POST https://registry.npmjs.org/-/v1/login',
      'PUT https://registry.npmjs.org/-/user/org.couchdb.user:x',
      'GET https://www.npmjs.com/',
      'GET http://registry.npmjs.org/left-pad',
    ],
  },
  pypi: {
    allowed: [
      'GET https://pypi.org/simple/requests/',
      'GET https://pypi.org/pypi/requests/json',
      'GET https://files.pythonhosted.org/packages/a/b/requests-2.0-py3-none-any.whl.metadata',
    ],
    denied: [
      'POST https://upload.pypi.org/legacy/',
      'POST https://pypi.org/pypi',
      'GET https://test.pypi.org/simple/',
      'GET https://pythonhosted.org/',
    ],
  },
  crates: {
    allowed: [
      'GET https://index.crates.io/config.json',
      'GET https://index.crates.io/se/rd/serde',
      'GET https://static.crates.io/crates/serde/1.0.0/download',
      'GET https://crates.io/api/v1/crates/serde/1.0.0/download',
    ],
    denied: [
      'PUT https://crates.io/api/v1/crates/new',
      'DELETE https://crates.io/api/v1/crates/x/1/yank',
      'GET https://static.rust-lang.org/x',
    ],
  },
  go: {
    allowed: [
      'GET https://proxy.golang.org/golang.org/x/text/@v/v0.3.2.zip',
      'GET https://proxy.golang.org/github.com/!burnt!sushi/toml/@latest',
      'GET https://sum.golang.org/lookup/golang.org/x/text@v0.3.2',
      'GET https://storage.googleapis.com/proxy-golang-org-prod/abc.zip?X-Goog-Signature=a%2Fb',
    ],
    denied: [
      'GET https://storage.googleapis.com/evil-bucket/x',
      'GET https://storage.googleapis.com/proxy-golang-org-prod/../evil-bucket/x',
      'PUT https://storage.googleapis.com/proxy-golang-org-prod/x',
      'GET https://golang.org/',
    ],
  },
  debian: {
    allowed: [
      'GET http://deb.debian.org/debian/dists/bookworm/InRelease',
      'GET https://deb.debian.org/debian/pool/main/g/gcc/libstdc%2b%2b6_12.2.0-14_amd64.deb',
      'GET http://security.debian.org/debian-security/dists/bookworm-security/InRelease',
    ],
    denied: [
      'POST http://deb.debian.org/',
      'GET https://ftp.debian.org/',
      'GET http://deb.debian.org:8080/',
      'GET https://debian.org/',
    ],
  },
  ubuntu: {
    allowed: [
      'GET http://archive.ubuntu.com/ubuntu/dists/noble/InRelease',
      'GET http://de.archive.ubuntu.com/ubuntu/dists/noble/InRelease',
      'GET https://security.ubuntu.com/ubuntu/dists/noble-security/InRelease',
      'GET http://ports.ubuntu.com/ubuntu-ports/dists/noble/InRelease',
    ],
    denied: [
      'PUT http://archive.ubuntu.com/',
      'GET https://ppa.launchpadcontent.net/',
      'GET https://ubuntu.com/',
      'GET http://archive.ubuntu.com:22/',
    ],
  },
  'docker-hub': {
    allowed: [
      'GET https://registry-1.docker.io/v2/library/debian/manifests/latest',
      'HEAD https://registry-1.docker.io/v2/library/debian/blobs/sha256:abc',
      'GET https://auth.docker.io/token?service=registry.docker.io',
      'POST https://auth.docker.io/token',
      'GET https://production.cloudfront.docker.com/registry-v2/x',
      'GET https://production.cloudflare.docker.com/registry-v2/x',
      'GET https://docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com/registry-v2/x',
    ],
    denied: [
      'POST https://registry-1.docker.io/v2/acme/app/blobs/uploads/',
      'PUT https://registry-1.docker.io/v2/acme/app/manifests/latest',
      'POST https://auth.docker.io/other',
      'GET https://x.r2.cloudflarestorage.com/',
      'GET https://hub.docker.com/',
    ],
  },
}

for (const name of names) {
  const cases = CASES[name] ?? { allowed: [], denied: [] }
  const compiled = compile({ presets: [name] }, presets)
  const decided = (line: string): boolean => {
    const [method = '', url = ''] = line.split(' ')
    const request = requestOf(method, url)
    if ('fault' in request || !compiled.ok) throw new Error(line)
    return decide(compiled.policy, request, 0).allow
  }
  test(`${name} allows what its clients ask for`, () => {
    assert.ok(cases.allowed.length >= 3)
    assert.equal(
      cases.allowed.filter((line) => !decided(line)),
      [],
    )
  })
  test(`${name} allows no more`, () => {
    assert.ok(cases.denied.length >= 3)
    assert.equal(cases.denied.filter(decided), [])
  })
  test(`each entry of ${name} is needed by a case`, () => {
    const preset = presets.find((each) => each.name === name)
    for (const index of (preset?.allow ?? []).keys()) {
      const less = compile({ allow: (preset?.allow ?? []).toSpliced(index, 1) }, [])
      const lost = cases.allowed.filter((line) => {
        const [method = '', url = ''] = line.split(' ')
        const request = requestOf(method, url)
        return less.ok && !('fault' in request) && !decide(less.policy, request, 0).allow
      })
      assert.ok(lost.length > 0, `${name}[${index}]`)
    }
  })
}

test.run()
