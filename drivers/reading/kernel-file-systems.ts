/**
 * File systems whose files the kernel makes up when they are read: sizes lie, a read may wait or act, and what it shows is
 * of the process that reads. Pure.
 */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0x9fa0, 'proc'],
  [0x62656572, 'sysfs'],
  [0x64626720, 'debugfs'],
  [0x74726163, 'tracefs'],
  [0x73636673, 'securityfs'],
  [0x27e0eb, 'cgroup'],
  [0x63677270, 'cgroup2'],
  [0x1cd1, 'devpts'],
  [0xcafe4a11, 'bpf'],
  [0x6165676c, 'pstore'],
  [0xde5e81e4, 'efivarfs'],
  [0x62656570, 'configfs'],
  [0xf97cff8c, 'selinuxfs'],
  [0x43415d53, 'smackfs'],
  [0x19800202, 'mqueue'],
  [0x42494e4d, 'binfmt_misc'],
  [0x65735543, 'fusectl'],
  [0x6e736673, 'nsfs'],
  [0x50494446, 'pidfs'],
  [0x67596969, 'rpc_pipefs'],
  [0x07655821, 'resctrl'],
  [0xabba1974, 'xenfs'],
  [0x6c6f6f70, 'binder'],
])

/** `type` as statfs gives it; undefined for a file system that stores files. */
export const kernelFileSystem = (type: number): string | undefined => NAMES.get(type >>> 0)
