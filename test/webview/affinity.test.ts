import assert from 'node:assert/strict'
import type { AffinityAction, AffinitySnapshot } from '../../src/protocol/affinityPanel'
import type { SaveFile } from '../../src/protocol/saveFile'
import { affinityResult, measurementOf } from '../fixtures/panels/affinity'
import { seriousFindings } from './axe'
import { themeNames, type OpenPanel } from './page'
import { panelPages } from './pages'

type Panel = OpenPanel<AffinitySnapshot, never>

const running = measurementOf({
  id: 'running',
  status: 'running',
  done: 2,
  secondsLeft: 40,
  current: { label: 'sex alone', run: 'run-sex' },
  result: null,
})
const done: AffinitySnapshot = { measurements: [running, measurementOf()], shown: 'done', stale: false }

describe('affinity panel in a browser', function () {
  const open = panelPages<AffinitySnapshot, never>(
    this,
    'affinity',
    ({ measurements, shown }) => (measurements.find(({ id }) => id === shown)?.result ? '.heatMap' : undefined),
    { width: 1000, height: 760 },
  )
  const map = (panel: Panel, name: RegExp) => panel.page.getByRole('region', { name })
  const value = async (panel: Panel, name: RegExp, i: number, j: number) =>
    (await map(panel, name).locator(`[data-pair="${i} ${j}"] .value`).textContent())!
  const actions = async (panel: Panel) => (await panel.actions()) as AffinityAction[]

  for (const theme of themeNames) {
    it(`shows both maps and the groups in the ${theme} theme, and nothing serious to axe`, async () => {
      const panel = await open(done, { theme })
      assert.equal(await value(panel, /^Affinity/, 0, 2), '−0.002')
      assert.equal(
        await map(panel, /^Affinity/)
          .locator('[data-pair="0 2"] .hatch')
          .count(),
        1,
        'below 0 is hatched',
      )
      assert.equal(await value(panel, /^Similarity/, 0, 1), '0.91')
      await panel.shot(`affinity-${theme}`)
      assert.deepEqual(await seriousFindings(panel.page), [])
      await map(panel, /^Affinity/)
        .locator('[tabindex="0"]')
        .focus()
      await panel.page.getByRole('tooltip').getByText('Affinity of species for sex: 0.004 ± 0.002 over steps').waitFor()
      await panel.page.getByRole('checkbox', { name: 'Table' }).click()
      await panel.page.getByRole('table', { name: /^Similarity/ }).waitFor()
      assert.deepEqual(await seriousFindings(panel.page), [])
    })
  }

  it('shows the similarity at the layer that is chosen', async () => {
    const panel = await open(done)
    await panel.page.getByRole('combobox', { name: 'Layer of the similarity' }).selectOption('trunk.dense1')
    assert.equal(await value(panel, /^Similarity.*trunk\.dense1/, 0, 1), '0.99')
    assert.deepEqual(await panel.state(), { id: 'done', most: 2, layer: 'trunk.dense1', table: false })
  })

  it('offers the groupings that are worth it, and asks to write the chosen one', async () => {
    const panel = await open(done)
    const { page } = panel
    const rows = page.locator('.groupings tbody tr')
    assert.deepEqual(
      await rows.evaluateAll(all => all.map(row => [...row.querySelectorAll('.taskGroup')].map(group => group.textContent))),
      [['species + sex + mass + age'], ['species + sex', 'mass + age']],
    )
    const write = page.getByRole('button', { name: 'Write the grouped model' })
    await page.getByRole('radio').first().click()
    assert.ok(await write.isDisabled())
    await page.getByText('at most 2 groups').click()
    await write.click()
    assert.deepEqual(await actions(panel), [
      {
        kind: 'writeGroups',
        id: 'done',
        groups: [
          ['species', 'sex'],
          ['mass', 'age'],
        ],
      },
    ])
  })

  it('says what one file can hold where groups overlap, where not all groupings were tried, and where the model has changed', async () => {
    const groupings = [
      {
        most: 2,
        groups: [
          ['species', 'sex'],
          ['species', 'mass', 'age'],
        ],
        score: 0.01,
        exact: false,
        apart: {
          groups: [
            ['species', 'sex'],
            ['mass', 'age'],
          ],
          score: 0.009,
        },
      },
    ]
    const panel = await open({ measurements: [measurementOf({ result: { ...affinityResult, groupings } })], shown: 'done', stale: true })
    await panel.page.getByText('With each task in one group, the best is species + sex | mass + age.').waitFor()
    await panel.page.getByText('not all groupings were tried').waitFor()
    await panel.page.getByText('The model has changed since this was measured.').waitFor()
  })

  it('follows one that is under way, and goes on with one that was stopped', async () => {
    const panel = await open({ ...done, shown: 'running' })
    const { page } = panel
    await page.getByText('3 of 5: sex alone · 40 s left').waitFor()
    assert.equal(await page.locator('.heatMap').count(), 0)
    await panel.shot('affinity-running')
    await page.getByRole('button', { name: 'Stop' }).click()
    await panel.snapshot({ measurements: [{ ...running, status: 'stopped', current: null }], shown: 'running', stale: false })
    await page.getByText('Stopped after 2 of 5.').waitFor()
    await page.getByRole('button', { name: 'Go on' }).click()
    assert.deepEqual(await actions(panel), [
      { kind: 'stop', id: 'running' },
      { kind: 'resume', id: 'running' },
    ])
    await panel.snapshot({ measurements: [], shown: null, stale: false })
    await page.getByText('Nothing measured yet').waitFor()
  })

  it('saves pictures and values', async () => {
    const panel = await open(done)
    const { page } = panel
    const saved = async (label: string) => {
      await page.getByRole('button', { name: 'Save picture or values' }).click()
      return (await panel.saidAfter(() => page.getByRole('menuitem', { name: label }).click())) as SaveFile
    }
    const csv = (await saved('Values as CSV')).content.data.split('\r\n')
    assert.equal(csv[0], 'task,other,affinity,affinity_deviation,affinity_first_order,cka,cka trunk.dense1,cka trunk.dense2')
    assert.equal(csv[1], 'species,sex,0.004,0.002,0.0036000000000000003,0.91,0.99,0.6')
    assert.equal(csv.length, 4 * 3 + 2)
    assert.match((await saved('Similarity as SVG picture')).content.data, /<svg[^]*0\.91/)
    const { name, content } = await saved('Affinity as PNG picture')
    assert.deepEqual([name, Buffer.from(content.data, 'base64').subarray(1, 4).toString()], ['penguins-affinity.png', 'PNG'])
  })
})
