/** Generated from bottle.schema.json by `npm run schemas`; do not edit. */
import type { Column, Field } from './schema-node.ts'

export const columns: readonly Column[] = [
  {
    "name": "NAME",
    "path": ".metadata.name",
    "type": "string"
  },
  {
    "name": "READY",
    "path": ".status.conditions[?(@.type==\"Ready\")].status",
    "type": "string"
  },
  {
    "name": "STATUS",
    "path": ".status.phase",
    "type": "string"
  },
  {
    "name": "AGENT",
    "path": ".spec.agent",
    "type": "string"
  },
  {
    "name": "BUNDLE-IP",
    "path": ".status.bundle.ip",
    "type": "string"
  },
  {
    "name": "AGE",
    "path": ".status.startedAt",
    "crdPath": ".metadata.creationTimestamp",
    "type": "date"
  },
  {
    "name": "SUBNET",
    "path": ".status.network.subnet",
    "type": "string",
    "wide": true
  },
  {
    "name": "BUNDLE",
    "path": ".status.bundle.name",
    "type": "string",
    "wide": true
  },
  {
    "name": "MACHINE",
    "path": ".status.machine.state",
    "type": "string",
    "wide": true
  },
  {
    "name": "REASON",
    "path": ".status.conditions[?(@.type==\"Ready\")].reason",
    "type": "string",
    "wide": true
  }
]

/** In the order of the schema; a parent comes before its children. */
export const fields: readonly Field[] = [
  {"path":"apiVersion","type":"string","required":true,"description":"Version of this contract.","enum":["bottled.dev/v1alpha1"]},
  {"path":"kind","type":"string","required":true,"description":"Kind of this resource.","enum":["Bottle"]},
  {"path":"metadata","type":"Object","required":true,"description":"Name, labels and annotations of the bottle."},
  {"path":"metadata.name","type":"string","required":true,"description":"Name of the bottle, unique under the root.","must":"be a DNS-1123 label: lower-case letters, digits and hyphens"},
  {"path":"metadata.namespace","type":"string","required":false,"description":"Must be default.","default":"default","enum":["default"]},
  {"path":"metadata.labels","type":"map[string]string","required":false,"description":"Labels to select bottles by.","must":"be a label value: letters, digits, - _ . inside","keysMust":"be named like a label: an optional DNS prefix and /, then letters, digits, - _ ."},
  {"path":"metadata.annotations","type":"map[string]string","required":false,"description":"Free-form notes.","keysMust":"be named like a label: an optional DNS prefix and /, then letters, digits, - _ ."},
  {"path":"spec","type":"Object","required":true,"description":"Desired state of the bottle."},
  {"path":"spec.agent","type":"string","required":true,"description":"Name of the agent inside; agent_name in the metadata record.","update":{"machine":"live","bundle":"live"},"must":"be one line of printable text"},
  {"path":"spec.identity","type":"string","required":false,"description":"Base of the names of all owned objects; defaults to metadata.name.","update":{"machine":"immutable","bundle":"immutable"},"must":"be lower-case letters and digits in groups joined by single hyphens"},
  {"path":"spec.suspend","type":"boolean","required":false,"description":"True stops the VM and the bundle, and keeps disk, network and record.","default":false,"update":{"machine":"live","bundle":"live"}},
  {"path":"spec.deletionPolicy","type":"string","required":false,"description":"What happens when the document is removed: Delete removes everything, Retain keeps it running.","default":"Delete","enum":["Delete","Retain"],"update":{"machine":"live","bundle":"live"}},
  {"path":"spec.workspace","type":"Object","required":false,"description":"A host folder that the agent works on."},
  {"path":"spec.workspace.path","type":"string","required":false,"description":"Host folder; a relative path starts at the folder of this file.","update":{"machine":"recreate","bundle":"live"},"must":"be a path without control characters"},
  {"path":"spec.workspace.mode","type":"string","required":false,"description":"copy puts the folder's content into the VM once, mount shares the folder itself; needed with path.","enum":["copy","mount"],"update":{"machine":"recreate","bundle":"live"}},
  {"path":"spec.workspace.guestPath","type":"string","required":false,"description":"Path of the folder inside the VM.","default":"/workspace","update":{"machine":"recreate","bundle":"live"},"must":"be an absolute path without a colon"},
  {"path":"spec.env","type":"map[string]string","required":false,"description":"Environment of the agent; the derived proxy and gate variables override it.","update":{"machine":"restart","bundle":"live"},"must":"not start or end with white space, nor contain a newline or NUL","keysMust":"be named like an environment variable: letters, digits and _"},
  {"path":"spec.secrets","type":"map[string]Object","required":false,"description":"Environment variables whose values are not in this file; each source is read at every start.","update":{"machine":"recreate","bundle":"live"},"keysMust":"be named like an environment variable: letters, digits and _"},
  {"path":"spec.secrets.fromEnv","type":"string","required":false,"description":"Variable of the controller's own environment.","update":{"machine":"recreate","bundle":"live"},"must":"be the name of an environment variable: letters, digits and _"},
  {"path":"spec.secrets.fromFile","type":"string","required":false,"description":"Host file whose content is the value; a relative path starts at the folder of this file.","update":{"machine":"recreate","bundle":"live"},"must":"be a path without control characters"},
  {"path":"spec.git","type":"boolean","required":false,"description":"Opens the bundle's git gate on port 9418 to the agent.","default":false,"update":{"machine":"restart","bundle":"recreate"}},
  {"path":"spec.supervise","type":"boolean","required":false,"description":"Opens the bundle's supervise MCP server on port 9100 to the agent.","default":false,"update":{"machine":"restart","bundle":"recreate"}},
  {"path":"spec.network","type":"Object","required":false,"description":"The bottle's own network."},
  {"path":"spec.network.subnet","type":"string","required":false,"description":"Private IPv4 /24 to use instead of a derived one, like 192.168.44.0/24.","update":{"machine":"immutable","bundle":"immutable"},"must":"be a private IPv4 /24 in canonical form, as 192.168.44.0/24"},
  {"path":"spec.bundle","type":"Object","required":false,"description":"The container beside the VM: its egress proxy and gates."},
  {"path":"spec.bundle.image","type":"string","required":false,"description":"Image reference; defaults to the controller's --bundle-image.","update":{"machine":"live","bundle":"recreate"},"must":"be an image reference without white space"},
  {"path":"spec.bundle.command","type":"[]string","required":false,"description":"Replaces the image's command.","update":{"machine":"live","bundle":"recreate"},"must":"not contain NUL"},
  {"path":"spec.bundle.env","type":"map[string]string","required":false,"description":"The bundle's environment; BOTTLE_NAME, BOTTLE_GIT and BOTTLE_SUPERVISE are added.","update":{"machine":"live","bundle":"recreate"},"must":"not start or end with white space, nor contain a newline or NUL","keysMust":"be named like an environment variable: letters, digits and _"},
  {"path":"spec.bundle.mounts","type":"[]Object","required":false,"description":"Host files and folders mounted into the bundle.","update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.mounts.source","type":"string","required":true,"description":"Host path; a relative path starts at the folder of this file.","update":{"machine":"live","bundle":"recreate"},"must":"be a path without control characters"},
  {"path":"spec.bundle.mounts.target","type":"string","required":true,"description":"Absolute path inside the bundle, used by one mount only.","update":{"machine":"live","bundle":"recreate"},"must":"be an absolute path without a colon"},
  {"path":"spec.bundle.mounts.readOnly","type":"boolean","required":false,"description":"False lets the bundle write to the host.","default":true,"update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.resources","type":"Object","required":false,"description":"Limits of the bundle."},
  {"path":"spec.bundle.resources.memory","type":"integer","required":false,"description":"Memory in MiB.","default":256,"update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.resources.cpus","type":"number","required":false,"description":"Processors, fractions allowed; unlimited by default.","update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.resources.pids","type":"integer","required":false,"description":"Processes and threads.","default":128,"update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.pullPolicy","type":"string","required":false,"description":"When the image is pulled.","default":"IfNotPresent","enum":["IfNotPresent","Always","Never"],"update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.startTimeout","type":"string","required":false,"description":"How long a running bundle may take to its first answer; one that has answered is started again once a port is closed for 30s.","default":"5m","update":{"machine":"live","bundle":"live"},"must":"be a duration, such as 90s or 5m"},
  {"path":"spec.bundle.user","type":"string","required":false,"description":"User and group to run as, like \"1000:1000\"; defaults to the image's user, or 65534:65534 if that is root.","update":{"machine":"live","bundle":"recreate"},"must":"be USER or USER:GROUP"},
  {"path":"spec.bundle.readOnlyRoot","type":"boolean","required":false,"description":"False lets the bundle write to its own root file system.","default":true,"update":{"machine":"live","bundle":"recreate"}},
  {"path":"spec.bundle.tmpfs","type":"[]string","required":false,"description":"Absolute paths inside the bundle that are writable and kept in memory.","update":{"machine":"live","bundle":"recreate"},"must":"be an absolute path without a colon"},
  {"path":"spec.machine","type":"Object","required":false,"description":"The microVM."},
  {"path":"spec.machine.artifact","type":"string","required":false,"description":"Path of a .smolmachine pack to start from; not together with image.","update":{"machine":"recreate","bundle":"live"},"must":"be a path without control characters"},
  {"path":"spec.machine.image","type":"string","required":false,"description":"Local archive, folder or image reference to start from; not together with artifact.","update":{"machine":"recreate","bundle":"live"},"must":"be a path or an image reference"},
  {"path":"spec.machine.command","type":"[]string","required":false,"description":"Command to run in the VM; needs image or artifact.","update":{"machine":"recreate","bundle":"live"},"must":"not contain NUL"},
  {"path":"spec.machine.cpus","type":"integer","required":false,"description":"Processors; defaults to smolvm's default.","update":{"machine":"restart","bundle":"live"}},
  {"path":"spec.machine.memory","type":"integer","required":false,"description":"Memory in MiB; defaults to smolvm's default.","update":{"machine":"restart","bundle":"live"}},
  {"path":"spec.machine.storage","type":"integer","required":false,"description":"Disk in GiB, which can only grow; defaults to smolvm's default.","update":{"machine":"restart","bundle":"live"},"growOnly":true},
  {"path":"spec.machine.updatePolicy","type":"string","required":false,"description":"When a change that recreates the VM and its disk is applied: at once (Recreate), or at the next bottlectl rollout (OnDelete).","default":"OnDelete","enum":["Recreate","OnDelete"],"update":{"machine":"live","bundle":"live"}},
  {"path":"status","type":"Object","required":false,"description":"Observed state; written by the controller, never by people."},
  {"path":"status.phase","type":"string","required":true,"description":"State of the bottle in one word.","enum":["Pending","Provisioning","Ready","Degraded","Stalled","Suspended","Invalid","Terminating"]},
  {"path":"status.observedGeneration","type":"integer","required":true,"description":"Generation of the spec last judged; counts changes of spec, from 1."},
  {"path":"status.specHash","type":"string","required":true,"description":"SHA-256 over the canonical JSON (RFC 8785) of the spec last judged, as written."},
  {"path":"status.uid","type":"string","required":false,"description":"Unique id; a bottle recreated under the same name gets a new one."},
  {"path":"status.startedAt","type":"string","required":false,"description":"When the bottle was first created, ISO 8601 UTC.","must":"be a time in ISO 8601 UTC"},
  {"path":"status.simulated","type":"boolean","required":false,"description":"True if everything is simulated and nothing real was created."},
  {"path":"status.network","type":"Object","required":false,"description":"Network of the bottle."},
  {"path":"status.network.name","type":"string","required":false,"description":"Name in Docker."},
  {"path":"status.network.subnet","type":"string","required":false,"description":"The bottle's /24."},
  {"path":"status.network.gateway","type":"string","required":false,"description":"The host's address on it."},
  {"path":"status.bundle","type":"Object","required":false,"description":"Bundle of the bottle."},
  {"path":"status.bundle.name","type":"string","required":false,"description":"Name in Docker."},
  {"path":"status.bundle.id","type":"string","required":false,"description":"Id in Docker."},
  {"path":"status.bundle.ip","type":"string","required":false,"description":"Its address, the only one the VM can reach."},
  {"path":"status.bundle.image","type":"string","required":false,"description":"Image of the container."},
  {"path":"status.bundle.restarts","type":"integer","required":false,"description":"Number of restarts."},
  {"path":"status.machine","type":"Object","required":false,"description":"VM of the bottle."},
  {"path":"status.machine.name","type":"string","required":false,"description":"Name in smolvm."},
  {"path":"status.machine.state","type":"string","required":false,"description":"State in smolvm's words."},
  {"path":"status.machine.pid","type":"integer","required":false,"description":"Process of the VM on the host."},
  {"path":"status.conditions","type":"[]Object","required":true,"description":"Conditions, sorted by type."},
  {"path":"status.conditions.type","type":"string","required":true,"description":"Type of the condition."},
  {"path":"status.conditions.status","type":"string","required":true,"description":"True, False or Unknown.","enum":["True","False","Unknown"]},
  {"path":"status.conditions.reason","type":"string","required":true,"description":"Reason, in one word for programs."},
  {"path":"status.conditions.message","type":"string","required":true,"description":"Message for people."},
  {"path":"status.conditions.observedGeneration","type":"integer","required":true,"description":"Generation that the condition was judged for."},
  {"path":"status.conditions.lastTransitionTime","type":"string","required":true,"description":"When status last changed, ISO 8601 UTC.","must":"be a time in ISO 8601 UTC"},
]
