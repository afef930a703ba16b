import * as assert from 'uvu/assert'
import { editDocument } from '../../../controller/edit/set-value.ts'
import { SpliceError } from '../../../controller/edit/splice-error.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('edit')

const edit = (text: string, path: string, value: unknown): string =>
  editDocument({ text, index: 0, path: path.split('.') as [string, ...string[]], value })

test('sets a value and keeps the comment beside it', () => {
  assert.is(
    edit('spec:\n  suspend: true   # now\n  agent: x\n', 'spec.suspend', false),
    'spec:\n  suspend: false   # now\n  agent: x\n',
  )
})

test('adds a value after the last of its mapping, at the same indentation', () => {
  assert.is(
    edit('spec:\n    agent: x # a\n    # b\nc: 1\n', 'spec.suspend', true),
    'spec:\n    agent: x # a\n    suspend: true\n    # b\nc: 1\n',
  )
  assert.is(edit('spec: {agent: x}\n', 'spec.suspend', true), 'spec: {agent: x, suspend: true}\n')
  assert.is(edit('{"spec": {"agent": "x"}}', 'spec.suspend', true), '{"spec": {"agent": "x", "suspend": true}}')
  assert.is(
    edit('{\n  "spec": {\n    "agent": "x"\n  }\n}', 'spec.suspend', true),
    '{\n  "spec": {\n    "agent": "x",\n    "suspend": true\n  }\n}',
  )
})

test('adds before a scalar that the blank lines below belong to', () => {
  assert.is(
    edit('spec:\n  text: |+\n    x\n\nb: 1', 'spec.suspend', true),
    'spec:\n  suspend: true\n  text: |+\n    x\n\nb: 1',
  )
})

test('creates missing mappings on the way', () => {
  const made = 'metadata:\n  name: x\n  labels:\n    a: b\nspec: 1\n'
  assert.is(edit('metadata:\n  name: x\nspec: 1\n', 'metadata.labels.a', 'b'), made)
  assert.is(edit('metadata:\n  name: x\n  labels:\nspec: 1\n', 'metadata.labels.a', 'b'), made)
  assert.is(
    edit('metadata:\n  name: x\n  labels: {}\nspec: 1\n', 'metadata.labels.a', 'b'),
    'metadata:\n  name: x\n  labels: {a: b}\nspec: 1\n',
  )
})

test('quotes keys and values where needed', () => {
  assert.is(edit('labels: {}\n', 'labels.on', 'yes'), 'labels: {"on": "yes"}\n')
  assert.is(edit('labels:\n  a: b\n', 'labels.x: y', '1'), 'labels:\n  a: b\n  "x: y": "1"\n')
})

test('deletes a value with its line; the last one leaves an empty mapping', () => {
  assert.is(edit('spec:\n  suspend: true   # now\n  agent: x\n', 'spec.suspend', undefined), 'spec:\n  agent: x\n')
  assert.is(edit('spec:\n  suspend: true\nb: 1\n', 'spec.suspend', undefined), 'spec: {}\nb: 1\n')
  assert.is(edit('spec: {a: 1, suspend: true}\n', 'spec.suspend', undefined), 'spec: {a: 1}\n')
  assert.is(edit('spec: {a: 1}\n', 'spec.a', undefined), 'spec: {}\n')
})

test('changes nothing if the value is there already', () => {
  const text = 'spec:\n  suspend:   true\n  env: {A: "b"}\n'
  assert.is(edit(text, 'spec.suspend', true), text)
  assert.is(edit(text, 'spec.env', { A: 'b' }), text)
  assert.is(edit(text, 'spec.git', undefined), text)
  assert.is(edit(text, 'metadata.labels.a', undefined), text)
})

test('replaces a whole mapping', () => {
  assert.is(
    edit('spec:\n  env: {A: b} # c\n  git: true\n', 'spec.env', { B: 'c' }),
    'spec:\n  env: # c\n    B: c\n  git: true\n',
  )
})

test('refuses a path through a scalar or an alias', () => {
  const code = (text: string, path: string): string => {
    try {
      edit(text, path, 2)
    } catch (error) {
      if (error instanceof SpliceError) return error.code
    }
    return 'none'
  }
  assert.is(code('labels: foo\n', 'labels.a'), 'NotAMapping')
  assert.is(code('x: &x {a: 1}\nlabels: *x\n', 'labels.b'), 'NotAMapping')
  assert.is(code('x: &x {a: 1}\nlabels: *x\n', 'x.b'), 'NotProven')
  assert.is(code('x: {a: &y 1}\nlabels: *y\n', 'x.a'), 'Aliased')
})

test.run()
