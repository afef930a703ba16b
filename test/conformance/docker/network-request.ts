/** A request for any network. */
export const NETWORK = {
  name: 'bottle-a',
  subnet: '192.168.9.0/24',
  gateway: '192.168.9.1',
  ipRange: '192.168.9.128/25',
  mtu: undefined,
  labels: {},
}
