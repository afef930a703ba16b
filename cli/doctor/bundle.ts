import { createDocker } from '../../drivers/docker/docker.ts'
import type { Check } from './check.ts'

/** The image that bundles run where no file names another. What keeps Docker from answering is said by `docker`. */
export const bundle: Check = {
  name: 'bundle',
  run: async ({ dockerHost, env, bundleImage }) => {
    const { images, engine } = createDocker({ host: dockerHost, env })
    const answers = await engine.ping().then(
      () => true,
      () => false,
    )
    if (!answers) return []
    return [
      (await images.has(bundleImage))
        ? { check: 'bundle', level: 'ok', message: `${bundleImage} is there` }
        : {
            check: 'bundle',
            level: 'warn',
            message: `Docker has no ${bundleImage}: bottles that name no bundle.image would be NoBundleImage`,
            command: 'bottled bundle build',
            fix: { kind: 'bundle' },
          },
    ]
  },
}
