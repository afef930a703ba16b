import { decided } from './finding.ts'
import type { Finding, Objection } from './finding.ts'
import { matchesGlob } from './glob.ts'
import type { Policy } from './policy.ts'

/** Which variables of the controller a secret may come from. Pure. */
export const judgeVariable = (key: string, variable: string, policy: Policy): Finding => {
  const env = policy.spec.secrets?.env
  const isListed = env?.some((glob) => matchesGlob(glob, variable))
  return decided(
    { field: ['spec', 'secrets', key, 'fromEnv'], asked: variable },
    ownSetting(variable, policy) ?? notListed(variable, isListed ?? policy.level !== 'restricted'),
    { policy, ...(isListed === true ? { listed: { rule: 'secrets/listed', list: 'spec.secrets.env' } } : {}) },
  )
}

/**
 * Settings of bottled, of the programs and libraries it runs and of the session around it. They say where its sockets,
 * folders and proxies are, some with a password; none is meant for an agent.
 */
const OWN_SETTINGS: readonly string[] = `
  BOTTLED_* BOTTLE_* DOCKER_* SMOLVM_* XDG_* SSH_* LD_* DYLD_* GLIBC_TUNABLES GCONV_PATH
  NODE_OPTIONS NODE_PATH NODE_EXTRA_CA_CERTS NODE_ENV NODE_DEBUG NODE_DEBUG_NATIVE NODE_V8_COVERAGE NODE_ICU_DATA
  NODE_TLS_REJECT_UNAUTHORIZED NODE_REPL_* NODE_CHANNEL_* NODE_UNIQUE_ID UV_* OPENSSL_* SSL_CERT_* SSLKEYLOGFILE npm_*
  GIT_SSH GIT_SSH_* GIT_ASKPASS GIT_CONFIG* GIT_DIR GIT_COMMON_DIR GIT_EXEC_PATH GIT_TRACE* GIT_INDEX_FILE GIT_WORK_TREE
  GIT_OBJECT_DIRECTORY GIT_ALTERNATE_* GIT_PROXY_* GIT_EDITOR GIT_PAGER
  PATH HOME USER LOGNAME SHELL SHLVL PWD OLDPWD _ HOSTNAME MAIL IFS BASH_* ENV TMPDIR TMP TEMP
  TERM COLORTERM LANG LANGUAGE LC_* TZ EDITOR VISUAL PAGER NO_COLOR
  SUDO_* SYSTEMD_* NOTIFY_SOCKET LISTEN_* INVOCATION_ID JOURNAL_STREAM MAINPID MANAGERPID WATCHDOG_* MEMORY_PRESSURE_*
  CREDENTIALS_DIRECTORY RUNTIME_DIRECTORY STATE_DIRECTORY CACHE_DIRECTORY LOGS_DIRECTORY CONFIGURATION_DIRECTORY
  DBUS_* DISPLAY WAYLAND_* XAUTHORITY ICEAUTHORITY GPG_TTY GPG_AGENT_INFO GNUPGHOME TMUX TMUX_* STY
  KUBECONFIG KUBERNETES_* *_PROXY *_proxy
`
  .trim()
  .split(/\s+/)

const ownSetting = (variable: string, { level }: Policy): Objection =>
  level !== 'privileged' && OWN_SETTINGS.some((glob) => matchesGlob(glob, variable))
    ? {
        rule: 'secrets/own-setting',
        why: 'is a setting of bottled or of the session it runs in',
        remedy: 'keep the secret in a variable of another name; only the level privileged allows it',
      }
    : undefined

const notListed = (variable: string, isAllowed: boolean): Objection =>
  isAllowed
    ? undefined
    : {
        rule: 'secrets/env-not-listed',
        why: 'is named by no glob of spec.secrets.env',
        remedy: `spec.secrets.env: [${JSON.stringify(variable)}]`,
      }
