import { expect, test } from './app';
import { makePdf, supplyContract } from './pdf';

test('a question without a model shows the passages that hold its words and says that this is no answer', async ({ app }) => {
  await app.drop([{ name: 'Supply agreement.pdf', content: makePdf(supplyContract) }]);
  await app.selectDone(app.row('Supply agreement.pdf'));
  await app.page.keyboard.press('7');
  const field = app.page.getByLabel('Question about this contract');
  await field.fill('What is the liability of the Supplier?');
  await field.press('Enter');
  const asked = app.page.getByRole('list', { name: 'Questions and answers' });
  const question = asked.locator('[data-question="answered"]');
  await expect(question).toHaveCount(1);
  await expect(question).toContainText('What is the liability of the Supplier?');
  await expect(question).toContainText('No model is switched on');
  await expect(question.getByRole('figure').filter({ hasText: /liability/i }).first()).toBeVisible();
  await question.getByRole('button', { name: /^Show on page/ }).first().click();
  await app.expectAccessible();

  await field.fill('Zebra zoology?');
  await field.press('Enter');
  await expect(asked.locator('[data-question="answered"]')).toHaveCount(2);
  await expect(asked.getByRole('listitem').first()).toContainText('no passage holds words of the question');
  await app.page.getByRole('button', { name: 'Remove the question Zebra zoology?' }).click();
  await expect(asked.getByRole('listitem')).toHaveCount(1);
});
