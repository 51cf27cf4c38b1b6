/**
 * Tells of an alert by e-mail, through the mail server of `alerts.smtp_url`. The library is loaded with the first message. The
 * message id is that of the delivery, so that a mailbox shows a repeated try once.
 */
import type { Transporter } from 'nodemailer';
import type { DueDelivery } from '../../store/alerts.js';
import { DeliveryFault } from './courier.js';
import { toldAsText } from './wording.js';

export interface EmailOptions {
  /** Empty: there is none. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly instance: string;
}

const MS_MAX = 10_000;

export class Email {
  readonly #options: EmailOptions;
  #transport: Promise<Transporter> | undefined;

  constructor(options: EmailOptions) {
    this.#options = options;
  }

  get isReady(): boolean {
    return this.#options.smtpUrl !== '';
  }

  /** Throws a DeliveryFault. */
  async send(delivery: DueDelivery): Promise<void> {
    const { from, instance, smtpUrl } = this.#options;
    if (!this.isReady) throw new DeliveryFault('there is no mail server: set alerts.smtp_url', false);
    try {
      const transport = await (this.#transport ??= openTransport(smtpUrl));
      await transport.sendMail({
        from,
        to: [...(delivery.channel.email?.to ?? [])],
        messageId: `<${delivery.id.replaceAll(':', '.')}@taskmesh>`,
        ...toldAsText(delivery, instance),
        disableFileAccess: true,
        disableUrlAccess: true,
      });
    } catch (error) {
      throw new DeliveryFault(`SMTP: ${(error as Error).message}`, false);
    }
  }

  async close(): Promise<void> {
    (await this.#transport)?.close();
  }
}

async function openTransport(url: string): Promise<Transporter> {
  const { createTransport } = await import('nodemailer');
  return createTransport({
    url,
    connectionTimeout: MS_MAX,
    greetingTimeout: MS_MAX,
    socketTimeout: MS_MAX,
  });
}
