/** Generated from egress*.schema.json and presets/ by `npm run schemas`; do not edit. */
import type { EgressPreset } from './egress.ts'

export const presets: readonly EgressPreset[] = [
  {
    "name": "anthropic",
    "version": 1,
    "description": "The Claude API, and what Claude Code needs to sign in, to update itself and to show its changes.",
    "allow": [
      {
        "host": "api.anthropic.com"
      },
      {
        "host": "claude.ai"
      },
      {
        "host": "platform.claude.com"
      },
      {
        "host": "downloads.claude.ai",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "raw.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ],
        "paths": [
          "/anthropics/claude-code/**"
        ]
      }
    ]
  },
  {
    "name": "crates",
    "version": 1,
    "description": "Fetching crates from crates.io; nothing can be published.",
    "allow": [
      {
        "host": "index.crates.io",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "static.crates.io",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "crates.io",
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "debian",
    "version": 1,
    "description": "Packages of Debian and their security updates.",
    "allow": [
      {
        "host": "deb.debian.org",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "security.debian.org",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "docker-hub",
    "version": 1,
    "description": "Pulling images from Docker Hub; nothing can be pushed.",
    "allow": [
      {
        "host": "registry-1.docker.io",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "auth.docker.io",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "auth.docker.io",
        "methods": [
          "POST"
        ],
        "paths": [
          "/token"
        ]
      },
      {
        "host": "production.cloudflare.docker.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "production.cloudfront.docker.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "docker-images-prod.6aa30f8b08e16409b46e0173d6de2f56.r2.cloudflarestorage.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "github",
    "version": 1,
    "description": "GitHub with all of its API, release uploads and files of Git LFS; git can't push.",
    "allow": [
      {
        "host": "github.com"
      },
      {
        "host": "api.github.com"
      },
      {
        "host": "uploads.github.com"
      },
      {
        "host": "gist.github.com"
      },
      {
        "host": "codeload.github.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "raw.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "objects.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "release-assets.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "gist.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "github-cloud.githubusercontent.com"
      },
      {
        "host": "github-cloud.s3.amazonaws.com"
      }
    ]
  },
  {
    "name": "github-read",
    "version": 1,
    "description": "Reading from GitHub, by git, by its API and by download; nothing can be changed there.",
    "allow": [
      {
        "host": "github.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "github.com",
        "methods": [
          "POST"
        ],
        "paths": [
          "/*/*/git-upload-pack"
        ]
      },
      {
        "host": "api.github.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "codeload.github.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "raw.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "objects.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "release-assets.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "gist.githubusercontent.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "go",
    "version": 1,
    "description": "Go modules and their checksums, by Google's mirror.",
    "allow": [
      {
        "host": "proxy.golang.org",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "sum.golang.org",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "storage.googleapis.com",
        "methods": [
          "GET",
          "HEAD"
        ],
        "paths": [
          "/proxy-golang-org-prod/**"
        ]
      }
    ]
  },
  {
    "name": "npm",
    "version": 1,
    "description": "Installing from the npm registry, and npm audit; nothing can be published.",
    "allow": [
      {
        "host": "registry.npmjs.org",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "registry.npmjs.org",
        "methods": [
          "POST"
        ],
        "paths": [
          "/-/npm/v1/security/advisories/bulk",
          "/-/npm/v1/security/audits/quick"
        ]
      },
      {
        "host": "registry.yarnpkg.com",
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "openai",
    "version": 1,
    "description": "The OpenAI API, and what Codex needs to sign in with a ChatGPT account.",
    "allow": [
      {
        "host": "api.openai.com"
      },
      {
        "host": "auth.openai.com"
      },
      {
        "host": "chatgpt.com",
        "paths": [
          "/backend-api/**"
        ]
      }
    ]
  },
  {
    "name": "pypi",
    "version": 1,
    "description": "Installing from PyPI; nothing can be published.",
    "allow": [
      {
        "host": "pypi.org",
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "files.pythonhosted.org",
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  },
  {
    "name": "ubuntu",
    "version": 1,
    "description": "Packages of Ubuntu and their security updates.",
    "allow": [
      {
        "host": "archive.ubuntu.com",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "*.archive.ubuntu.com",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "security.ubuntu.com",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      },
      {
        "host": "ports.ubuntu.com",
        "ports": [
          80,
          443
        ],
        "methods": [
          "GET",
          "HEAD"
        ]
      }
    ]
  }
]
