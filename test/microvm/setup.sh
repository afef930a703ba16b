# As root in the virtual host: installs the package, and builds the images from its busybox.
set -eu
mkdir -p /opt/bottled
tar -xzf /host/package.tgz --strip-components=1 -C /opt/bottled
tar -xf /host/modules.tar -C /opt/bottled
for path in /opt/bottled/dist/cli/bottle*.js; do
  chmod 755 "$path"
  ln -sf "$path" "/usr/local/bin/$(basename "$path" .js)"
done
chown -R root:root /opt/bottled
for _ in $(seq 300); do docker version > /dev/null 2>&1 && break; sleep 0.3; done

# The bundle of the tests on Docker (test/helpers/bundle-image.ts).
bundle=$(mktemp -d)
chmod 755 "$bundle"
mkdir -m 755 "$bundle/bin" "$bundle/bundle" "$bundle/tmp"
cp /bin/busybox "$bundle/bin/"
install -m 755 /host/bundle/* "$bundle/bundle/"
tar -C "$bundle" -c . | docker import --change 'USER 65534:65534' --change 'CMD ["/bundle/init"]' - lab-bundle:1

# An agent's image: a shell, and a process that waits.
agent=$(mktemp -d)
chmod 755 "$agent"
mkdir -p "$agent"/bin "$agent"/etc "$agent"/root "$agent"/tmp "$agent"/proc "$agent"/sys "$agent"/dev "$agent"/usr/bin
cp /bin/busybox "$agent/bin/"
for applet in $(/bin/busybox --list); do [ "$applet" = busybox ] || ln -s busybox "$agent/bin/$applet"; done
echo 'root:x:0:0:root:/root:/bin/sh' > "$agent/etc/passwd"
tar -C "$agent" -c . | docker import --change 'CMD ["/bin/sleep","100000000"]' --change 'ENV PATH=/bin' --change 'ENV FROM_IMAGE=yes' - lab-agent:1
docker save -o /tmp/agent.tar lab-agent:1
chmod 644 /tmp/agent.tar
docker version --format 'docker {{.Server.Version}}'
smolvm --version
node --version
