import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownImage } from '../bundle/image/own-image.ts'
import { makeCertificates } from '../conformance/proxy/certificates.ts'
import { layGit } from './reach/git-parts.ts'

/**
 * What the bottle with its own egress needs in the virtual host, where no registry is reached: on the shared folder, in `reach/`.
 *
 * Guarantees: the bundle's image is that of `bottled bundle build`, on this machine's Docker.
 * Assumptions: this machine has Docker, curl and openssl (`ownImageMissing`, test/microvm/build).
 */
export const OWN_IMAGE = 'lab-own-bundle:1'
/** The bundle of the tests on Docker, which answers on one port more than a bundle declares. */
export const LEAKY_IMAGE = 'lab-leaky-bundle:1'

export const layReach = async (share: string): Promise<void> => {
  const folder = join(share, 'reach')
  mkdirSync(folder)
  const bottled = join(import.meta.dirname, '..', '..', 'dist', 'cli', 'bottled.js')
  const tag = await ownImage([bottled])
  execFileSync('docker', ['save', '-o', join(folder, 'bundle.tar'), tag])
  writeFileSync(join(folder, 'image'), tag)
  const { internet, server } = makeCertificates()
  writeFileSync(join(folder, 'internet.pem'), internet.cert)
  writeFileSync(join(folder, 'server.pem'), server.cert)
  writeFileSync(join(folder, 'server.key'), server.key)
  copyFileSync(join(import.meta.dirname, '..', 'fixtures', 'upstream.mjs'), join(folder, 'upstream.mjs'))
  execFileSync('tar', [
    '-C',
    '/',
    '-chf',
    join(folder, 'clients.tar'),
    ...withLibraries('/usr/bin/curl', '/usr/bin/openssl', '/usr/bin/git'),
  ])
  layGit(folder)
}

/** The programs of this machine, and the libraries that they load. */
const withLibraries = (...programs: readonly string[]): readonly string[] => {
  const paths = programs.flatMap((program) => [
    program,
    ...(execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+\.so\S*/g) ?? []),
  ])
  return [...new Set(paths)].map((path) => path.slice(1))
}

/** As root in the virtual host: the images, and the server, which listens at `ADDRESS` outside of every bottle's network. */
export const REACH_SETUP = `set -eu
docker load -q -i /host/reach/bundle.tar
docker tag "$(cat /host/reach/image)" ${OWN_IMAGE}
leaky=$(mktemp -d)
chmod 755 "$leaky"
mkdir -m 755 "$leaky/bin" "$leaky/bundle" "$leaky/tmp"
cp /bin/busybox "$leaky/bin/"
install -m 755 /host/bundle/* "$leaky/bundle/"
sed -i 's|^serve 8888 .*|&; serve 3128 /bundle/proxy|' "$leaky/bundle/init"
grep -q 3128 "$leaky/bundle/init"
tar -C "$leaky" -c . | docker import --change 'USER 65534:65534' --change 'CMD ["/bundle/init"]' - ${LEAKY_IMAGE}

agent=$(mktemp -d)
chmod 755 "$agent"
mkdir -p "$agent"/bin "$agent"/etc "$agent"/root "$agent"/tmp "$agent"/proc "$agent"/sys "$agent"/dev
cp /bin/busybox "$agent/bin/"
for applet in $(/bin/busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$agent/bin/$applet"; done
echo 'root:x:0:0:root:/root:/bin/sh' > "$agent/etc/passwd"
tar -C "$agent" -xf /host/reach/clients.tar
tar -C "$agent" -c . | docker import --change 'CMD ["/bin/sleep","100000000"]' --change 'ENV PATH=/bin:/usr/bin' - lab-clients:1
docker save -o /tmp/clients.tar lab-clients:1
chmod 644 /tmp/clients.tar
mkdir /tmp/upstream
cp /host/reach/server.* /host/reach/upstream.mjs /tmp/upstream
(setsid node /tmp/upstream/upstream.mjs /tmp/upstream ADDRESS > /tmp/upstream/log 2>&1 < /dev/null &)
for _ in $(seq 300); do [ -s /tmp/upstream/port ] && break; sleep 0.2; done
cat /tmp/upstream/port
`
