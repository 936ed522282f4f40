import neostandard from 'neostandard'

export default [
  { ignores: ['dist/**', 'src/generated/**', 'node_modules/**', '.tap/**', 'data/**'] },
  ...neostandard({ ts: true, semi: false }),
  {
    files: ['**/*.ts'],
    rules: {
      'max-lines': ['error', { max: 250, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      '@typescript-eslint/no-explicit-any': 'error'
    }
  },
  { files: ['test/**'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } }
]
