import { createSrtEngine } from '../../../bundle/engine/srt.ts'
import { bundleModules } from '../../conformance/proxy/modules.ts'
import { proxySuite } from '../../conformance/proxy/suite.ts'
import { suite } from '../../helpers/suite.ts'

const test = suite('srt as proxy engine')
const modules = bundleModules()

if ('missing' in modules) test.skip('every test of the suite', modules.missing)
else proxySuite(test, (setting) => createSrtEngine({ ...setting, modules: modules.path }))

test.run()
