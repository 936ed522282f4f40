import neostandard from 'neostandard'

export default [
  { ignores: ['dist/**', 'src/generated/**', 'node_modules/**', '.tap/**', 'data/**'] },
  ...neostandard({ ts: true, semi: false }),
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 4],
      '@stylistic/max-len': ['error', { code: 160 }],
      '@typescript-eslint/no-explicit-any': 'error'
    }
  },
  {
    files: ['plugins/console/web/**'],
    languageOptions: { globals: { document: 'readonly', window: 'readonly', matchMedia: 'readonly', localStorage: 'readonly' } },
    // A component is a description of a page; its props read best beside each other.
    rules: { 'max-lines-per-function': 'off', '@stylistic/jsx-first-prop-new-line': 'off', '@stylistic/jsx-closing-bracket-location': 'off', '@stylistic/object-property-newline': 'off' }
  },
  { files: ['test/**'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off', 'max-params': 'off' } }
]
