import type { Attempt, Target } from './target.ts'

/**
 * The table for an agent in a container, as arguments of perl: Debian's smallest images have it, and it binds a socket to a device,
 * which neither node nor busybox can. Its output is read by `outcomesIn`. Pure.
 *
 * Guarantees: as in `script.ts`. Here a connection is an answer, unless it is one to a proxy: no gateway stands between.
 */
export const perlFor = (targets: readonly Target[], waitS: number): readonly string[] => [
  'perl',
  '-e',
  PLAYER,
  String(waitS),
  ...targets.map((target, row) => [row, ...wordsOf(target)].join(',')),
]

/** Kind, address, port, device, flags (d: on link only; c: a connection counts), what is sent in hex. */
const wordsOf = ({ attempt, expect, through }: Target): readonly (string | number)[] => {
  const { kind, ip, port, send } = sentBy(attempt)
  const { device = '', direct = false } = 'device' in attempt || 'direct' in attempt ? attempt : {}
  const counts = kind === 'tcp' && expect === 'nothing' && through === undefined
  const flags = `${direct ? 'd' : ''}${counts ? 'c' : ''}`
  return [kind, ip, port, device, flags, Buffer.from(send, 'latin1').toString('hex')]
}

interface Sent {
  readonly kind: 'tcp' | 'udp' | 'ping'
  readonly ip: string
  readonly port: number
  readonly send: string
}

const sentBy = (attempt: Attempt): Sent => {
  switch (attempt.kind) {
    case 'tcp':
    case 'udp':
      return attempt
    case 'ping':
      return { kind: 'ping', ip: attempt.ip, port: 0, send: 'hello' }
    case 'name':
      return { kind: 'udp', ip: attempt.server ?? RESOLVER, port: 53, send: question(attempt.name) }
  }
}

/** All that the player loads. */
export const PERL_MODULES = 'use strict; use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6);'

/** Where Docker answers for names, in each container. */
const RESOLVER = '127.0.0.11'

/** A query for the address of a name, RFC 1035. */
const question = (name: string): string =>
  [
    '\x12\x34\x01\0\0\x01\0\0\0\0\0\0',
    ...name.split('.').map((label) => `${String.fromCharCode(label.length)}${label}`),
    '\0\0\x01\0\x01',
  ].join('')

/** All at once, a process each. Numbers that Socket doesn't name are Linux's: SO_DONTROUTE 5, SO_BINDTODEVICE 25, ICMP 1. */
const PLAYER = `
${PERL_MODULES} $| = 1;
my $wait = shift;
for my $line (@ARGV) {
  my $child = fork;
  if (!defined $child) { sleep 1; redo }
  next if $child;
  my ($row, $kind, $ip, $port, $device, $flags, $hex) = split /,/, $line, -1;
  my $said = '';
  my $end = sub { syswrite STDOUT, "row $row " . unpack('H*', substr($said, 0, 512)) . "\\n"; exit };
  $SIG{ALRM} = $end; $SIG{PIPE} = 'IGNORE'; alarm $wait;
  my $six = $ip =~ /:/;
  my ($type, $protocol) = $kind eq 'tcp' ? (SOCK_STREAM, 6) : $kind eq 'udp' ? (SOCK_DGRAM, 17) : (SOCK_DGRAM, 1);
  socket(my $socket, $six ? AF_INET6 : AF_INET, $type, $protocol) or $end->();
  if ($device ne '') { setsockopt($socket, SOL_SOCKET, 25, "$device\\0") or $end->() }
  if ($flags =~ /d/) { setsockopt($socket, SOL_SOCKET, 5, pack('i', 1)) or $end->() }
  my $to = $six ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $ip)) : pack_sockaddr_in($port, inet_aton($ip));
  connect($socket, $to) or $end->();
  $said = 'connected' if $flags =~ /c/;
  my $text = pack('H*', $hex);
  $text = pack('C2n3a*', 8, 0, 0, 0, 1, $text) if $kind eq 'ping';
  defined syswrite($socket, $text) or $end->();
  my $first = 1;
  while (sysread($socket, my $part, 512)) {
    $said = '' if $first; $first = 0;
    $said .= $part;
    last if $kind ne 'tcp' || length $said >= 512;
  }
  $end->();
}
1 while wait != -1;
print "done\\n";
`
