/** Generated from policy.schema.json by `npm run schemas`; do not edit. */
import type { Field } from './schema-node.ts'

export const policyFields: readonly Field[] = [
  {"path":"apiVersion","type":"string","required":true,"description":"Version of this contract.","enum":["bottled.dev/v1alpha1"]},
  {"path":"kind","type":"string","required":true,"description":"Kind of this resource.","enum":["BottlePolicy"]},
  {"path":"metadata","type":"Object","required":false,"description":"Name of the policy, for people."},
  {"path":"metadata.name","type":"string","required":false,"description":"Means nothing to bottled.","must":"be a DNS-1123 label: lower-case letters, digits and hyphens"},
  {"path":"spec","type":"Object","required":true,"description":"The level, and lists that narrow it."},
  {"path":"spec.level","type":"string","required":false,"description":"privileged forbids what is forbidden to all, baseline also what would give a Bottle file the host, restricted all but what the lists name.","default":"baseline","enum":["privileged","baseline","restricted"],"update":{"machine":"live","bundle":"live"}},
  {"path":"spec.paths","type":"[]string","required":false,"description":"Globs of host paths where workspaces, bundle mounts, images and artifacts may lie; a glob that names a dot-folder of a home allows that one.","update":{"machine":"live","bundle":"live"},"must":"be an absolute path or begin with ~/, without empty, . and .. segments"},
  {"path":"spec.secrets","type":"Object","required":false,"description":"Where secrets may come from."},
  {"path":"spec.secrets.env","type":"[]string","required":false,"description":"Globs of the controller's variables that fromEnv may name; never one of bottled's own settings.","update":{"machine":"live","bundle":"live"},"must":"be the name of an environment variable, with * and ?"},
  {"path":"spec.secrets.files","type":"[]string","required":false,"description":"Globs of host files that fromFile may name.","update":{"machine":"live","bundle":"live"},"must":"be an absolute path or begin with ~/, without empty, . and .. segments"},
  {"path":"spec.images","type":"[]string","required":false,"description":"Globs of image references that bundle.image and machine.image may name.","update":{"machine":"live","bundle":"live"},"must":"be an image reference, with * and ?"},
  {"path":"spec.runtimes","type":"[]string","required":false,"description":"What machine.runtime may be; by default all of them, at restricted microvm and gvisor.","update":{"machine":"live","bundle":"live"}},
  {"path":"spec.egress","type":"Object","required":false,"description":"Hosts that Bottles may reach, whatever they ask for."},
  {"path":"spec.egress.allow","type":"[]string","required":false,"description":"Names, or *.name, that an egress entry may name.","update":{"machine":"live","bundle":"live"},"must":"be a host name, or *. and one"},
  {"path":"spec.egress.deny","type":"[]string","required":false,"description":"Names, or *.name, that no egress entry may reach.","update":{"machine":"live","bundle":"live"},"must":"be a host name, or *. and one"},
  {"path":"spec.subnets","type":"[]string","required":false,"description":"Private IPv4 ranges that network.subnet may lie in; by default the controller's pools.","update":{"machine":"live","bundle":"live"},"must":"be an IPv4 CIDR of /8 to /24, as 192.168.0.0/16"},
  {"path":"spec.limits","type":"Object","required":false,"description":"What one Bottle, or all of them, may take."},
  {"path":"spec.limits.bottles","type":"integer","required":false,"description":"Bottles of a root; a new one beyond it is refused, none that exists.","update":{"machine":"live","bundle":"live"}},
  {"path":"spec.limits.cpus","type":"integer","required":false,"description":"Processors of a VM.","update":{"machine":"live","bundle":"live"}},
  {"path":"spec.limits.memory","type":"integer","required":false,"description":"Memory of a VM in MiB.","update":{"machine":"live","bundle":"live"}},
  {"path":"spec.limits.storage","type":"integer","required":false,"description":"Disk of a VM in GiB.","update":{"machine":"live","bundle":"live"}},
  {"path":"spec.limits.bundleMemory","type":"integer","required":false,"description":"Memory of a bundle in MiB.","update":{"machine":"live","bundle":"live"}},
]
