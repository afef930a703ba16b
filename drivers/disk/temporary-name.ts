/** True for the remains of a crash inside `writeDurable`. Pure. */
export const isTemporary = (name: string): boolean => /^\..+\.tmp$/.test(name)
