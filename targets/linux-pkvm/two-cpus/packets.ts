/** Packets of the GDB remote protocol: `$text#checksum`, each acknowledged with a plus. */

const checksum = (text: string): string => {
  let sum = 0;
  for (let i = 0; i < text.length; i++) sum += text.charCodeAt(i);
  return (sum & 0xff).toString(16).padStart(2, '0');
};

export const packetOf = (text: string): string => `$${text}#${checksum(text)}`;

/** Far more than the stub ever sends in one packet. */
const longest = 1 << 20;

/** Takes what comes over the wire, and gives the texts of the packets that are complete. Throws where it is no packet. */
export class PacketReader {
  private rest = '';

  take(text: string): string[] {
    this.rest += text;
    const texts: string[] = [];
    for (;;) {
      this.rest = this.rest.replace(/^[+]+/, '');
      if (this.rest === '') return texts;
      if (!this.rest.startsWith('$')) throw new Error(`no packet: ${JSON.stringify(this.rest.slice(0, 20))}`);
      const end = this.rest.indexOf('#');
      if (end < 0 && this.rest.length > longest) throw new Error('a packet without end');
      if (end < 0 || this.rest.length < end + 3) return texts;
      const body = this.rest.slice(1, end);
      const sum = this.rest.slice(end + 1, end + 3);
      if (sum !== checksum(body)) throw new Error(`checksum ${sum} instead of ${checksum(body)}`);
      this.rest = this.rest.slice(end + 3);
      texts.push(body);
    }
  }
}
